/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_explain.c - an explanation as one document, and what holds of a code as a part of a report.
 */
#include "kmsdns/render/explain.h"

#include <jansson.h>

#include "json_parts.h"
#include "kmsdns/facts/json.h"

static void exj_text(json_t *object, const char *key, const char *text)
{
    kd_json_put(object, key, kd_json_text(text));
}

static json_t *exj_texts(const char *const *text, size_t n)
{
    json_t *array = kd_json_must(json_array());

    for (size_t i = 0; i < n; i++) {
        kd_json_push(array, kd_json_text(text[i]));
    }
    return array;
}

/* "A, B" as an array. */
static json_t *exj_list(const char *list)
{
    json_t *array = kd_json_must(json_array());

    while (list != NULL && *list != '\0') {
        size_t len = 0;

        while (list[len] != '\0' && list[len] != ',') {
            len++;
        }
        kd_json_push(array, kd_json_must(json_stringn(list, len)));
        list += len;
        while (*list == ',' || *list == ' ') {
            list++;
        }
    }
    return array;
}

static json_t *exj_fixes(const struct kd_fix *fix)
{
    json_t *array = kd_json_must(json_array());

    for (size_t i = 0; i < KD_MAX_FIXES && fix[i].for_whom != NULL; i++) {
        json_t *one = kd_json_must(json_object());

        exj_text(one, "for", fix[i].for_whom);
        exj_text(one, "do", fix[i].what);
        kd_json_push(array, one);
    }
    return array;
}

/* Each cause is told whole: programs do not look back. */
static json_t *exj_cause(const struct kd_explanation *told, size_t place)
{
    const struct kd_explain_cause *cause = &told->cause[place];
    json_t *object = kd_json_must(json_object());

    exj_text(object, "text", cause->text);
    exj_text(object, "check", cause->check);
    kd_json_put(object, "findings", exj_list(cause->findings));
    kd_json_put(
        object, "fix",
        exj_fixes(cause->same_as != 0 ? told->cause[cause->same_as - 1].fix : cause->fix));
    return object;
}

static json_t *exj_said(const char *text, const char *source)
{
    json_t *object = kd_json_must(json_object());

    exj_text(object, "text", text);
    exj_text(object, "source", source);
    return object;
}

static json_t *exj_conflict(const struct kd_conflict *conflict)
{
    json_t *object = kd_json_must(json_object());
    json_t *texts = kd_json_must(json_array());

    kd_json_push(texts, exj_said(conflict->text_a, conflict->source_a));
    kd_json_push(texts, exj_said(conflict->text_b, conflict->source_b));
    exj_text(object, "point", conflict->point);
    kd_json_put(object, "texts", texts);
    exj_text(object, "here", conflict->here);
    return object;
}

static json_t *exj_explanation(const struct kd_explanation *told)
{
    json_t *object = kd_json_must(json_object());
    json_t *causes = kd_json_must(json_array());
    json_t *conflicts = kd_json_must(json_array());

    for (size_t i = 0; i < told->ncause; i++) {
        kd_json_push(causes, exj_cause(told, i));
    }
    for (size_t i = 0; i < told->nconflict; i++) {
        kd_json_push(conflicts, exj_conflict(told->conflict[i]));
    }
    exj_text(object, "kind", kd_explain_kind_str(told->kind));
    exj_text(object, "id", told->id);
    exj_text(object, "name", told->name);
    exj_text(object, "meaning", told->meaning);
    exj_text(object, "next", told->next);
    exj_text(object, "where", told->where);
    exj_text(object, "more", told->more);
    kd_json_put(object, "causes", causes);
    kd_json_put(object, "conflicts", conflicts);
    exj_text(object, "source", told->source);
    kd_json_put(object, "see", exj_list(told->see));
    return object;
}

void kd_render_explain_json(const struct kd_explain *explain, struct kd_buf *out)
{
    json_t *doc = kd_json_must(json_object());
    json_t *found = kd_json_must(json_array());

    for (size_t i = 0; i < explain->nfound; i++) {
        kd_json_push(found, exj_explanation(&explain->found[i]));
    }
    exj_text(doc, "schema", KD_EXPLAIN_SCHEMA);
    exj_text(doc, "asked", explain->asked);
    kd_json_put(doc, "explanations", found);
    kd_json_put(doc, "nearest", exj_texts(explain->nearest, explain->nnearest));
    exj_text(doc, "hint", explain->hint);
    kd_json_dump(doc, out);
    json_decref(doc);
}

static json_t *exj_claim(const struct kd_code_claim *claim)
{
    json_t *object = kd_json_must(json_object());

    exj_text(object, "text", claim->text);
    exj_text(object, "holds", kd_holds_str(claim->holds));
    kd_json_put(object, "findings", exj_texts(claim->finding, claim->nfinding));
    exj_text(object, "missing", claim->missing);
    exj_text(object, "how", claim->how);
    return object;
}

json_t *kd_json_code(const struct kd_code_check *check, bool is_event)
{
    json_t *object = kd_json_must(json_object());
    json_t *claims = kd_json_must(json_array());

    for (size_t i = 0; i < check->nclaim; i++) {
        kd_json_push(claims, exj_claim(&check->claim[i]));
    }
    exj_text(object, "code", is_event ? NULL : check->id);
    kd_json_put(object, "event", is_event ? json_integer(check->code) : json_null());
    exj_text(object, "symbol", check->symbol);
    exj_text(object, "text", check->text);
    kd_json_put(object, "explanations", claims);
    return object;
}
