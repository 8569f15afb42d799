/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_merge.c - a comparison of several places as one document. Nothing is left out that the
 * text shows only when asked. Values take six times as much memory as their text, so only the
 * answers to one question are held as values at a time.
 */
#include <jansson.h>
#include <string.h>

#include "kmsdns/base/clock.h"
#include "kmsdns/facts/json.h"
#include "kmsdns/render/merge.h"

static void mrj_text(json_t *object, const char *key, const char *text)
{
    kd_json_put(object, key, kd_json_text(text));
}

static void mrj_count(json_t *object, const char *key, size_t n)
{
    kd_json_put(object, key, kd_json_must(json_integer((json_int_t)n)));
}

static void mrj_bool(json_t *object, const char *key, bool claim)
{
    kd_json_put(object, key, json_boolean(claim));
}

/* null for -1 */
static void mrj_time(json_t *object, const char *key, int64_t wall_s)
{
    char text[KD_RFC3339_STRLEN];

    mrj_text(object, key, wall_s >= 0 ? kd_rfc3339_str(wall_s, text) : NULL);
}

/* "a, b" as an array of its parts. */
static json_t *mrj_parts(const char *text, size_t len)
{
    json_t *array = kd_json_must(json_array());
    size_t begin = 0;

    for (size_t i = 0; i <= len; i++) {
        if (i == len || (text[i] == ',' && i + 1 < len && text[i + 1] == ' ')) {
            kd_json_push(array, kd_json_must(json_stringn(text + begin, i - begin)));
            begin = i + 2;
        }
    }
    return array;
}

/* "a, b | c" as [["a", "b"], ["c"]]; neither mark can stand in a name. */
static json_t *mrj_values(const char *answer)
{
    json_t *array = kd_json_must(json_array());

    for (;;) {
        const char *end = strstr(answer, " | ");

        if (end == NULL) {
            kd_json_push(array, mrj_parts(answer, strlen(answer)));
            return array;
        }
        kd_json_push(array, mrj_parts(answer, (size_t)(end - answer)));
        answer = end + 3;
    }
}

static json_t *mrj_place(const struct kd_merged *merged, const struct kd_merged_place *place)
{
    json_t *object = kd_json_must(json_object());

    mrj_text(object, "name", merged->vantage[place->vantage].name);
    mrj_time(object, "seen", place->seen_s);
    mrj_time(object, "since", place->since_s);
    mrj_bool(object, "at_least", place->is_at_least);
    return object;
}

static json_t *mrj_group(const struct kd_merged *merged,
                         const struct kd_merged_question *question, size_t index)
{
    const struct kd_merged_group *group = &question->group[index];
    json_t *object = kd_json_must(json_object());
    json_t *places = kd_json_must(json_array());

    for (size_t i = 0; i < group->nplace; i++) {
        kd_json_push(places, mrj_place(merged, &group->place[i]));
    }
    mrj_text(object, "answer", group->answer);
    kd_json_put(object, "values", mrj_values(group->answer));
    mrj_bool(object, "usual", index == 0 && question->has_usual);
    mrj_bool(object, "answered", !group->is_silent);
    kd_json_put(object, "vantages", places);
    return object;
}

static json_t *mrj_unknown(const struct kd_merged *merged,
                           const struct kd_merged_unknown *unknown)
{
    json_t *object = kd_json_must(json_object());

    mrj_text(object, "name", merged->vantage[unknown->vantage].name);
    mrj_text(object, "why", kd_merge_why_str(unknown->why));
    mrj_text(object, "text", kd_merge_why_text(unknown->why));
    return object;
}

static json_t *mrj_question(const struct kd_merged *merged,
                            const struct kd_merged_question *question)
{
    json_t *object = kd_json_must(json_object());
    json_t *groups = kd_json_must(json_array());
    json_t *unknown = kd_json_must(json_array());

    for (size_t i = 0; i < question->ngroup; i++) {
        kd_json_push(groups, mrj_group(merged, question, i));
    }
    for (size_t i = 0; i < question->nunknown; i++) {
        kd_json_push(unknown, mrj_unknown(merged, &question->unknown[i]));
    }
    mrj_text(object, "aspect", kd_merge_aspect_str(question->aspect));
    mrj_text(object, "subject", question->subject);
    mrj_text(object, "verdict", kd_merge_verdict_str(question->verdict));
    mrj_bool(object, "majority", question->has_usual);
    kd_json_put(object, "groups", groups);
    kd_json_put(object, "unknown", unknown);
    return object;
}

static void mrj_domain(const struct kd_merged *merged, const struct kd_merged_domain *domain,
                       struct kd_buf *out)
{
    json_t *head = kd_json_must(json_object());

    mrj_text(head, "name", domain->name);
    mrj_text(head, "service", domain->service);
    mrj_text(head, "verdict", kd_merge_verdict_str(domain->verdict));
    mrj_bool(head, "answered", !domain->is_silent);
    kd_json_begin(out, '{');
    kd_json_members(head, 3, out);
    kd_json_next(out, 3, "answers");
    kd_json_begin(out, '[');
    for (size_t i = 0; i < domain->nquestion; i++) {
        kd_json_next(out, 4, NULL);
        kd_json_piece(mrj_question(merged, &domain->question[i]), 4, out);
    }
    kd_json_end(out, 4, ']');
    kd_json_end(out, 3, '}');
}

static json_t *mrj_vantage(const struct kd_merged_vantage *vantage)
{
    json_t *object = kd_json_must(json_object());

    mrj_text(object, "name", vantage->name);
    mrj_count(object, "reports", vantage->nreport);
    mrj_time(object, "oldest", vantage->oldest_s);
    mrj_time(object, "newest", vantage->newest_s);
    kd_json_put(object, "complete",
                vantage->nreport > 0 ? json_boolean(!vantage->is_cut) : json_null());
    mrj_bool(object, "stale", vantage->is_stale);
    mrj_bool(object, "clock_ahead", vantage->is_ahead);
    mrj_count(object, "ahead", vantage->nahead);
    mrj_count(object, "failed", vantage->nfailed);
    mrj_count(object, "failed_last", vantage->nfailed_last);
    mrj_text(object, "failure", vantage->failure);
    return object;
}

static json_t *mrj_damage(const struct kd_merged_damage *damage)
{
    json_t *object = kd_json_must(json_object());

    mrj_text(object, "file", damage->file);
    mrj_text(object, "code", damage->code);
    mrj_text(object, "text", damage->text);
    return object;
}

/* The places that are told something else than most, in every domain; sorted, each once. */
static json_t *mrj_differing(const struct kd_merged *merged)
{
    json_t *array = kd_json_must(json_array());

    for (size_t i = 0; i < merged->nvantage; i++) {
        if (merged->vantage[i].is_differing) {
            kd_json_push(array, kd_json_text(merged->vantage[i].name));
        }
    }
    return array;
}

static void mrj_counts(json_t *doc, const struct kd_merged *merged)
{
    mrj_count(doc, "reports", merged->nreport);
    mrj_count(doc, "doubles", merged->ndouble);
    mrj_count(doc, "ahead", merged->nahead);
    mrj_count(doc, "failed", merged->nfailed);
    mrj_count(doc, "without_domain", merged->nempty);
    mrj_count(doc, "compared", merged->ncompared);
    mrj_count(doc, "differ", merged->ndiffer);
    mrj_time(doc, "oldest", merged->oldest_s);
    mrj_time(doc, "newest", merged->newest_s);
    mrj_count(doc, "max_age_s", merged->max_age_s);
}

static json_t *mrj_head(const struct kd_merged *merged)
{
    json_t *head = kd_json_must(json_object());
    json_t *vantages = kd_json_must(json_array());

    for (size_t i = 0; i < merged->nvantage; i++) {
        kd_json_push(vantages, mrj_vantage(&merged->vantage[i]));
    }
    mrj_text(head, "schema", KD_MERGE_SCHEMA);
    mrj_text(head, "tool_version", PACKAGE_VERSION);
    mrj_text(head, "verdict", kd_merge_verdict_str(merged->verdict));
    kd_json_put(head, "differing", mrj_differing(merged));
    mrj_counts(head, merged);
    kd_json_put(head, "vantages", vantages);
    return head;
}

void kd_render_merge_json(const struct kd_merged *merged, struct kd_buf *out)
{
    json_t *unreadable = kd_json_must(json_array());

    for (size_t i = 0; i < merged->ndamage; i++) {
        kd_json_push(unreadable, mrj_damage(&merged->damage[i]));
    }
    kd_json_begin(out, '{');
    kd_json_members(mrj_head(merged), 1, out);
    kd_json_next(out, 1, "domains");
    kd_json_begin(out, '[');
    for (size_t i = 0; i < merged->ndomain; i++) {
        kd_json_next(out, 2, NULL);
        mrj_domain(merged, &merged->domain[i], out);
    }
    kd_json_end(out, 2, ']');
    kd_json_next(out, 1, "unreadable");
    kd_json_piece(unreadable, 1, out);
    kd_json_end(out, 1, '}');
    kd_buf_puts(out, "\n");
}
