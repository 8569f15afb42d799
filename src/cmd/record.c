/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record.c - save a run, and read it again. The file is the JSON report itself: what a person
 * can read, and what any version of kmsdns with the same schema can judge again.
 */
#include "record.h"

#include "cmd.h"
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

/* The document of a run that failed says why, and nothing else. NULL for any other. */
static const char *record_failure(const json_t *doc)
{
    const json_t *error = json_object_get(doc, "error");
    const char *text = json_string_value(json_object_get(error, "text"));

    if (error == NULL || json_object_get(doc, "domains") != NULL) {
        return NULL;
    }
    return text != NULL ? text : "it does not say why";
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

/* Either the facts of a run or why there are none, which lives as long as the document. */
static kd_status record_of_document(struct kd_arena *arena, const json_t *doc,
                                    struct kd_record *ret, struct kd_err *err)
{
    struct kd_record record = {.facts = NULL};
    kd_status status = record_check_schema(doc, err);

    if (status != KD_OK) {
        return status;
    }
    record.failure = record_failure(doc);
    if (record.failure == NULL) {
        status = kd_facts_from_json(arena, doc, &record.facts, err);
    }
    if (status == KD_OK) {
        *ret = record;
    }
    return status;
}

kd_status kd_record_read(struct kd_arena *arena, const char *path, struct kd_facts **ret,
                         struct kd_err *err)
{
    struct kd_json_file file = {.doc = NULL};
    struct kd_record record = {.facts = NULL};
    kd_status status = kd_json_file_read(path, KD_RECORD_FILE_MAX, &file, err);

    if (status != KD_OK) {
        return status;
    }
    status = record_of_document(arena, file.doc, &record, err);
    if (status == KD_OK && record.failure != NULL) {
        status = kd_fail(err, KD_EINVAL, "record",
                         "this is the report of a run that failed, there is nothing to judge: "
                         "%.120s",
                         record.failure);
    }
    kd_json_file_done(&file);
    if (status != KD_OK) {
        kd_err_prefix(err, "%.100s", path);
        return status;
    }
    *ret = record.facts;
    return KD_OK;
}

kd_status kd_record_next(struct kd_arena *arena, const char *path, struct kd_json_file *file,
                         struct kd_record *ret, struct kd_err *err)
{
    kd_status status = kd_json_file_next(path, file, err);

    *ret = (struct kd_record){.facts = NULL};
    if (status != KD_OK || file->doc == NULL) {
        return status;
    }
    status = record_of_document(arena, file->doc, ret, err);
    if (status != KD_OK) {
        kd_err_prefix(err, "%.100s: document in line %u", path, file->line);
    }
    return status;
}
