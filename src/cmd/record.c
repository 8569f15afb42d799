/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record.c - save a run, and read it again. The file is the JSON report itself: what a person
 * can read, and what any version of kmsdns with the same schema can judge again.
 */
#include "record.h"

#include "cmd.h"
#include "json_file.h"
#include "kmsdns/facts/anonymize.h"
#include "kmsdns/facts/json.h"

kd_status kd_record_anonymize(const struct kd_facts *facts, struct kd_facts **ret,
                              const struct kd_policy **policy, struct kd_err *err)
{
    struct kd_arena *arena = facts->arena;
    struct kd_anonymizer *anonymizer = kd_anonymizer_new(arena);
    struct kd_policy *copy = kd_arena_alloc(arena, sizeof(*copy));
    const char **host = kd_arena_alloc(arena, (*policy)->nhost * sizeof(*host));
    kd_status status = kd_anonymize_facts(anonymizer, facts, ret, err);

    if (status != KD_OK) {
        return status;
    }
    *copy = **policy;
    for (size_t i = 0; i < copy->nhost; i++) {
        host[i] = kd_anonymize_name(anonymizer, copy->host[i]);
    }
    copy->host = host;
    *policy = copy;
    return KD_OK;
}

kd_status kd_record_write(const struct kd_facts *facts, const struct kd_options *options,
                          struct kd_err *err)
{
    static const struct kd_render_style PLAIN = {.width = 0};
    const struct kd_policy *policy = options->policy;
    struct kd_facts *hidden = NULL;
    struct kd_buf document = {.data = NULL};
    kd_status status;

    if (options->anonymize) {
        status = kd_record_anonymize(facts, &hidden, &policy, err);
        if (status != KD_OK) {
            return status;
        }
        facts = hidden;
    }
    kd_render_json(facts, kd_judge(facts, policy), &PLAIN, &document);
    if (document.len > KD_RECORD_FILE_MAX) {
        status = kd_fail(err, KD_ETOOBIG, "record",
                         "the run takes %zu bytes, and no more than %zu are read again: it was "
                         "not saved; ask about fewer domains at once",
                         document.len, KD_RECORD_FILE_MAX);
    } else {
        status = kd_output_write_private(options->record, &document, err);
    }
    kd_buf_done(&document);
    return status;
}

/* The document of a run that failed says why, and nothing else. */
static kd_status record_check_error(const json_t *doc, struct kd_err *err)
{
    const json_t *error = json_object_get(doc, "error");
    const char *text = json_string_value(json_object_get(error, "text"));

    if (error == NULL || json_object_get(doc, "domains") != NULL) {
        return KD_OK;
    }
    return kd_fail(err, KD_EINVAL, "record",
                   "this is the report of a run that failed, there is nothing to judge: %.120s",
                   text != NULL ? text : "it does not say why");
}

/* Facts may be left out one by one, but a document of something else is none of ours. */
static kd_status record_check_schema(const json_t *doc, struct kd_err *err)
{
    if (!json_is_object(doc)) {
        return kd_fail(err, KD_ESYNTAX, "record", "document: expected an object");
    }
    if (json_object_get(doc, "schema") == NULL) {
        return kd_fail(err, KD_ESYNTAX, "record",
                       "schema: required, but not there: no report of kmsdns");
    }
    return KD_OK;
}

kd_status kd_record_read(struct kd_arena *arena, const char *path, struct kd_facts **ret,
                         struct kd_err *err)
{
    struct kd_json_file file = {.doc = NULL};
    kd_status status = kd_json_file_read(path, KD_RECORD_FILE_MAX, &file, err);

    if (status != KD_OK) {
        return status;
    }
    status = record_check_schema(file.doc, err);
    if (status == KD_OK) {
        status = record_check_error(file.doc, err);
    }
    if (status == KD_OK) {
        status = kd_facts_from_json(arena, file.doc, ret, err);
    }
    kd_json_file_done(&file);
    if (status != KD_OK) {
        kd_err_prefix(err, "%.100s", path);
    }
    return status;
}
