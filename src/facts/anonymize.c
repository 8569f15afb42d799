/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * anonymize.c - the facts as a document, walked along the tables of fields.c. A text that the
 * tables do not speak of counts as configuration, of which no word is kept: a field that is added
 * later is hidden until somebody says otherwise. Sentences come last, when all names are known.
 */
#include "kmsdns/facts/anonymize.h"

#include <string.h>

#include "anonymize_text.h"
#include "fields.h"
#include "kmsdns/facts/json.h"

/* The two walks over a document. */
enum anon_pass {
    PASS_NAMES,
    PASS_SENTENCES
};

static void anon_object(struct kd_anonymizer *anonymizer, const struct kd_layout *layout,
                        enum anon_pass pass, json_t *object);

/* NULL: this text is not replaced in this pass. */
static const char *anon_text(struct kd_anonymizer *anonymizer, const struct kd_field *field,
                             enum anon_pass pass, const char *text)
{
    bool is_sentence = (field->flags & KD_FIELD_SENTENCE) != 0;

    if ((field->flags & KD_FIELD_PLAIN) != 0 || is_sentence != (pass == PASS_SENTENCES)) {
        return NULL;
    }
    if (is_sentence) {
        return kd_anonymize_sentence(anonymizer, text);
    }
    if ((field->flags & KD_FIELD_PATH) != 0) {
        return kd_anonymize_file(anonymizer, text);
    }
    if ((field->flags & KD_FIELD_IDENTITY) != 0) {
        return kd_anonymize_identity(anonymizer, text);
    }
    return kd_anonymize_words(anonymizer, text);
}

static const char *anon_string(struct kd_anonymizer *anonymizer, const struct kd_field *field,
                               enum anon_pass pass, const char *text)
{
    if (field->kind == KD_FIELD_TEXT || field->kind == KD_FIELD_STRINGS) {
        return anon_text(anonymizer, field, pass, text);
    }
    if (pass != PASS_NAMES) {
        return NULL;
    }
    if (field->kind == KD_FIELD_NAME) {
        return kd_anonymize_name(anonymizer, text);
    }
    if (field->kind == KD_FIELD_ENDPOINT || field->kind == KD_FIELD_ADDRESS ||
        field->kind == KD_FIELD_RESOLVER) {
        return kd_anonymize_endpoint(anonymizer, text);
    }
    return NULL;
}

static void anon_value(struct kd_anonymizer *anonymizer, const struct kd_field *field,
                       enum anon_pass pass, json_t *value)
{
    json_t *inner = NULL;
    size_t i = 0;

    if (json_is_string(value)) {
        const char *text = anon_string(anonymizer, field, pass, json_string_value(value));

        if (text != NULL) {
            (void)json_string_set(value, text);
        }
    } else if (json_is_object(value)) {
        anon_object(anonymizer, field->of, pass, value);
    } else if (field->kind == KD_FIELD_STRUCTS || field->kind == KD_FIELD_POINTERS ||
               field->kind == KD_FIELD_STRINGS) {
        json_array_foreach(value, i, inner)
        {
            anon_value(anonymizer, field, pass, inner);
        }
    }
}

/* Which Windows it is stands in the registry as text, and rules read it. */
static bool anon_is_windows(const json_t *object)
{
    const char *area = json_string_value(json_object_get(object, "area"));

    return area != NULL && strcmp(area, kd_reg_area_str(KD_REG_AREA_WINDOWS)) == 0;
}

static void anon_object(struct kd_anonymizer *anonymizer, const struct kd_layout *layout,
                        enum anon_pass pass, json_t *object)
{
    for (size_t i = 0; i < layout->nfield; i++) {
        const struct kd_field *field = &layout->field[i];
        json_t *value = json_object_get(object, field->key);
        bool is_system = field->kind == KD_FIELD_TEXT && strcmp(field->key, "text") == 0 &&
                         anon_is_windows(object);

        if (field->kind == KD_FIELD_SRV_TEXT || (field->flags & KD_FIELD_HIDDEN) != 0) {
            (void)json_object_del(object,
                                  field->key); /* tells what another member tells, too */
        } else if (value != NULL && !is_system) {
            anon_value(anonymizer, field, pass, value);
        }
    }
}

kd_status kd_anonymize_facts(struct kd_anonymizer *anonymizer, const struct kd_facts *facts,
                             struct kd_facts **ret, struct kd_err *err)
{
    json_t *doc = kd_facts_to_json(facts);
    struct kd_err reason = {.code = KD_OK};
    kd_status status;

    kd_anonymize_keep(anonymizer, facts->service);
    anon_object(anonymizer, &kd_layout_facts, PASS_NAMES, doc);
    anon_object(anonymizer, &kd_layout_facts, PASS_SENTENCES, doc);
    status = kd_facts_from_json(kd_anonymize_arena(anonymizer), doc, ret, &reason);
    json_decref(doc);
    if (status != KD_OK) {
        /* replacements may be longer than what peers and files told, and that at its limit */
        return kd_fail(err, KD_ETOOBIG, "anonymize",
                       "the run cannot be anonymized, something in it grows beyond what may be "
                       "read again: %.120s",
                       reason.text);
    }
    (*ret)->is_anonymized = true;
    return KD_OK;
}
