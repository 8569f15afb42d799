/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fields_events.c - tables of the report's "evidence.events".
 */
#include "kmsdns/facts/events.h"

#include "kmsdns/facts/facts.h"
#include "rows.h"

NAME_FUNCTION(event_format, kd_event_format)
NAME_FUNCTION(event_encoding, kd_event_encoding)

static const struct kd_field_names FORMATS = {fields_event_format, KD_EVENT_FORMAT_COUNT,
                                              "one of" KD_EVENT_FORMAT_MAP(WORD)};
static const struct kd_field_names ENCODINGS = {fields_event_encoding, KD_EVENT_ENCODING_COUNT,
                                                "one of" KD_EVENT_ENCODING_MAP(WORD)};

#define COUNT(k, type, member) NUMBER(k, type, member, 0, UINT32_MAX)

static const struct kd_field FILE_FIELD[] = {
    TEXT("path", kd_event_file_fact, path, KD_FIELD_REQUIRED | KD_FIELD_PATH),
    ENUM("format", kd_event_file_fact, format, 0, FORMATS),
    ENUM("encoding", kd_event_file_fact, encoding, 0, ENCODINGS),
    COUNT("records", kd_event_file_fact, nrecords),
    COUNT("licensing", kd_event_file_fact, nlicensing),
    COUNT("used", kd_event_file_fact, nused),
    COUNT("repeated", kd_event_file_fact, nrepeated),
    COUNT("filtered", kd_event_file_fact, nfiltered),
    COUNT("unreadable", kd_event_file_fact, nunreadable),
    TEXT("first_unreadable", kd_event_file_fact, first_unreadable,
         KD_FIELD_NULLABLE | KD_FIELD_SENTENCE),
    BOOL("local_times", kd_event_file_fact, has_local_times),
    BOOL("ambiguous_dates", kd_event_file_fact, has_ambiguous_dates),
};
static const struct kd_event_file_fact FILE_DEFAULT = {
    .format = KD_EVENT_FORMAT_XML,
    .encoding = KD_EVENT_ENCODING_UTF8,
};
static const struct kd_layout FILE_LAYOUT =
    LAYOUT(FILE_FIELD, kd_event_file_fact, &FILE_DEFAULT);

static const struct kd_field CODE_FIELD[] = {
    HEX("hresult", kd_event_code_fact, hresult),
    COUNT("count", kd_event_code_fact, count),
    TIME_OR_NULL("last", kd_event_code_fact, last_s),
};
static const struct kd_event_code_fact CODE_DEFAULT = {.count = 1, .last_s = -1};
static const struct kd_layout CODE_LAYOUT =
    LAYOUT(CODE_FIELD, kd_event_code_fact, &CODE_DEFAULT);

static const struct kd_field PUBLISH_FIELD[] = {
    TEXT("computer", kd_event_publish_fact, computer, KD_FIELD_NULLABLE),
    TEXT("domain", kd_event_publish_fact, domain, KD_FIELD_REQUIRED),
    COUNT("failures", kd_event_publish_fact, nfailure),
    COUNT("successes", kd_event_publish_fact, nsuccess),
    TIME_OR_NULL("first", kd_event_publish_fact, first_s),
    TIME_OR_NULL("last_failure", kd_event_publish_fact, failure_s),
    TIME_OR_NULL("last_success", kd_event_publish_fact, success_s),
    HEX("hresult", kd_event_publish_fact, hresult),
    BOOL("cleared", kd_event_publish_fact, is_cleared),
    ARRAY("codes", kd_event_publish_fact, code, ncode, CODE_LAYOUT),
};
static const struct kd_event_publish_fact PUBLISH_DEFAULT = {
    .first_s = -1,
    .failure_s = -1,
    .success_s = -1,
};
static const struct kd_layout PUBLISH_LAYOUT =
    LAYOUT(PUBLISH_FIELD, kd_event_publish_fact, &PUBLISH_DEFAULT);

static const struct kd_field ATTEMPT_FIELD[] = {
    NUMBER("event", kd_event_attempt_fact, event_id, KD_FIELD_REQUIRED, UINT16_MAX),
    TEXT("server", kd_event_attempt_fact, server, KD_FIELD_NULLABLE),
    HEX("hresult", kd_event_attempt_fact, hresult),
    COUNT("count", kd_event_attempt_fact, count),
    TIME_OR_NULL("first", kd_event_attempt_fact, first_s),
    TIME_OR_NULL("last", kd_event_attempt_fact, last_s),
};
static const struct kd_event_attempt_fact ATTEMPT_DEFAULT = {
    .count = 1,
    .first_s = -1,
    .last_s = -1,
};
static const struct kd_layout ATTEMPT_LAYOUT =
    LAYOUT(ATTEMPT_FIELD, kd_event_attempt_fact, &ATTEMPT_DEFAULT);

static const struct kd_field CLIENT_FIELD[] = {
    TEXT("computer", kd_event_client_fact, computer, KD_FIELD_NULLABLE),
    COUNT("requests", kd_event_client_fact, nrequest),
    COUNT("responses", kd_event_client_fact, nresponse),
    TIME_OR_NULL("last_request", kd_event_client_fact, request_s),
    TIME_OR_NULL("last_response", kd_event_client_fact, response_s),
    NUMBER_OR_NULL("count", kd_event_client_fact, count, UINT32_MAX),
    NUMBER_OR_NULL("needed", kd_event_client_fact, needed, UINT32_MAX),
    TIME_OR_NULL("last_count_low", kd_event_client_fact, count_low_s),
    ARRAY("attempts", kd_event_client_fact, attempt, nattempt, ATTEMPT_LAYOUT),
    COUNT("left_out", kd_event_client_fact, nleft_out),
};
static const struct kd_event_client_fact CLIENT_DEFAULT = {
    .request_s = -1,
    .response_s = -1,
    .count = -1,
    .needed = -1,
    .count_low_s = -1,
};
static const struct kd_layout CLIENT_LAYOUT =
    LAYOUT(CLIENT_FIELD, kd_event_client_fact, &CLIENT_DEFAULT);

static const struct kd_field SKU_FIELD[] = {
    TEXT("id", kd_event_sku_fact, id, KD_FIELD_REQUIRED | KD_FIELD_PLAIN),
    TEXT("name", kd_event_sku_fact, name, KD_FIELD_NULLABLE | KD_FIELD_PLAIN),
    BOOL("office", kd_event_sku_fact, is_office),
    COUNT("needed", kd_event_sku_fact, needed),
    COUNT("requests", kd_event_sku_fact, nrequest),
    COUNT("failed", kd_event_sku_fact, nfailed),
    COUNT("cmids", kd_event_sku_fact, ncmid),
    TIME_OR_NULL("last", kd_event_sku_fact, last_s),
};
static const struct kd_event_sku_fact SKU_DEFAULT = {.last_s = -1};
static const struct kd_layout SKU_LAYOUT = LAYOUT(SKU_FIELD, kd_event_sku_fact, &SKU_DEFAULT);

static const struct kd_field CMID_FIELD[] = {
    TEXT("cmid", kd_event_cmid_fact, cmid, KD_FIELD_REQUIRED),
    TEXT("sku", kd_event_cmid_fact, sku, KD_FIELD_REQUIRED | KD_FIELD_PLAIN),
    COUNT("needed", kd_event_cmid_fact, needed),
    COUNT("requests", kd_event_cmid_fact, nrequest),
    TIME_OR_NULL("last", kd_event_cmid_fact, last_s),
    STRINGS("computers", kd_event_cmid_fact, computer, ncomputer),
    COUNT("left_out", kd_event_cmid_fact, nleft_out),
};
static const struct kd_event_cmid_fact CMID_DEFAULT = {.last_s = -1};
static const struct kd_layout CMID_LAYOUT =
    LAYOUT(CMID_FIELD, kd_event_cmid_fact, &CMID_DEFAULT);

/* One member a status, so that the document needs no table of numbers. */
static const struct kd_field LICENCE_FIELD[] = {
    COUNT("unlicensed", kd_events_fact, host.nlicence[0]),
    COUNT("licensed", kd_events_fact, host.nlicence[1]),
    COUNT("out_of_box_grace", kd_events_fact, host.nlicence[2]),
    COUNT("out_of_tolerance_grace", kd_events_fact, host.nlicence[3]),
    COUNT("non_genuine_grace", kd_events_fact, host.nlicence[4]),
    COUNT("notification", kd_events_fact, host.nlicence[5]),
    COUNT("extended_grace", kd_events_fact, host.nlicence[6]),
};
static const struct kd_layout LICENCE_LAYOUT = LAYOUT(LICENCE_FIELD, kd_events_fact, NULL);

static const struct kd_field HOST_FIELD[] = {
    COUNT("requests", kd_events_fact, host.nrequest),
    COUNT("failed", kd_events_fact, host.nfailed),
    COUNT("computers", kd_events_fact, host.ncomputer),
    COUNT("cmids", kd_events_fact, host.ncmid),
    COUNT("cmids_office", kd_events_fact, host.ncmid_office),
    COUNT("virtual", kd_events_fact, host.nvirtual),
    COUNT("physical", kd_events_fact, host.nphysical),
    GROUP("licences", LICENCE_LAYOUT),
    ARRAY("codes", kd_events_fact, host.code, host.ncode, CODE_LAYOUT),
    ARRAY("products", kd_events_fact, host.sku, host.nsku, SKU_LAYOUT),
    ARRAY("duplicates", kd_events_fact, host.duplicate, host.nduplicate, CMID_LAYOUT),
    COUNT("left_out", kd_events_fact, host.nleft_out),
};
static const struct kd_layout HOST_LAYOUT = LAYOUT(HOST_FIELD, kd_events_fact, NULL);

static const struct kd_field BUCKET_FIELD[] = {
    {
        .key = "start",
        .kind = KD_FIELD_TIME,
        .flags = KD_FIELD_REQUIRED,
        AT(kd_event_bucket_fact, start_s),
    },
    COUNT("publish_failures", kd_event_bucket_fact, nfailure),
    COUNT("publish_successes", kd_event_bucket_fact, nsuccess),
    COUNT("requests", kd_event_bucket_fact, nrequest),
    COUNT("responses", kd_event_bucket_fact, nresponse),
    COUNT("client_failures", kd_event_bucket_fact, nclient_failure),
    COUNT("processed", kd_event_bucket_fact, nprocessed),
};
static const struct kd_event_bucket_fact BUCKET_DEFAULT = {0};
static const struct kd_layout BUCKET_LAYOUT =
    LAYOUT(BUCKET_FIELD, kd_event_bucket_fact, &BUCKET_DEFAULT);

static const struct kd_field TIMELINE_FIELD[] = {
    NUMBER("width_s", kd_events_fact, bucket_s, 0, INT32_MAX),
    ARRAY("buckets", kd_events_fact, bucket, nbucket, BUCKET_LAYOUT),
};
static const struct kd_layout TIMELINE_LAYOUT = LAYOUT(TIMELINE_FIELD, kd_events_fact, NULL);

static const struct kd_field FILTER_FIELD[] = {
    TIME_OR_NULL("since", kd_events_fact, since_s),
    TIME_OR_NULL("until", kd_events_fact, until_s),
    TEXT("computer", kd_events_fact, computer, KD_FIELD_NULLABLE),
};
static const struct kd_layout FILTER_LAYOUT = LAYOUT(FILTER_FIELD, kd_events_fact, NULL);

static const struct kd_field EVENTS_FIELD[] = {
    ARRAY("files", kd_events_fact, file, nfile, FILE_LAYOUT),
    GROUP("filter", FILTER_LAYOUT),
    TIME_OR_NULL("first", kd_events_fact, first_s),
    TIME_OR_NULL("last", kd_events_fact, last_s),
    TIME_OR_NULL("reference", kd_events_fact, reference_s),
    ARRAY("publishing", kd_events_fact, publish, npublish, PUBLISH_LAYOUT),
    COUNT("publishing_left_out", kd_events_fact, npublish_left_out),
    ARRAY("clients", kd_events_fact, client, nclient, CLIENT_LAYOUT),
    COUNT("clients_left_out", kd_events_fact, nclient_left_out),
    GROUP("host", HOST_LAYOUT),
    GROUP("timeline", TIMELINE_LAYOUT),
};
static const struct kd_events_fact EVENTS_DEFAULT = {
    .first_s = -1,
    .last_s = -1,
    .reference_s = -1,
    .since_s = -1,
    .until_s = -1,
};
const struct kd_layout kd_layout_events = LAYOUT(EVENTS_FIELD, kd_events_fact, &EVENTS_DEFAULT);
