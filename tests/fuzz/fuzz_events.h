/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_events.h - what must hold of facts about event logs, whatever was read.
 */
#ifndef KMSDNS_TESTS_FUZZ_EVENTS_H
#define KMSDNS_TESTS_FUZZ_EVENTS_H

#include <assert.h>
#include <string.h>

#include "kmsdns/facts/json.h"
#include "kmsdns/import/events.h"

static inline void fuzz_events_files(const struct kd_events_fact *events)
{
    for (size_t i = 0; i < events->nfile; i++) {
        const struct kd_event_file_fact *file = &events->file[i];

        assert(file->nused <= file->nlicensing && file->nlicensing <= file->nrecords);
        assert((file->nunreadable == 0) == (file->first_unreadable == NULL));
    }
}

/* The facts survive being written and read again, byte for byte. */
static inline void fuzz_events_round(struct kd_facts *facts)
{
    struct kd_facts *again = NULL;
    struct kd_err err = {0};
    struct kd_buf first = {0}, second = {0};
    json_t *doc = kd_facts_to_json(facts);
    kd_status status = kd_facts_from_json(facts->arena, doc, &again, &err);

    assert(status == KD_OK);
    kd_json_dump(doc, &first);
    json_decref(doc);
    doc = kd_facts_to_json(again);
    kd_json_dump(doc, &second);
    json_decref(doc);
    assert(strcmp(kd_buf_str(&first), kd_buf_str(&second)) == 0);
    kd_buf_done(&first);
    kd_buf_done(&second);
}

static inline void fuzz_events_check(struct kd_facts *facts)
{
    const struct kd_events_fact *events = facts->events;

    fuzz_events_files(events);
    assert(events->npublish <= KD_EVENTS_MAX_PUBLISH);
    assert(events->nclient <= KD_EVENTS_MAX_CLIENTS);
    assert(events->nbucket <= KD_EVENTS_MAX_BUCKETS);
    assert(events->first_s <= events->last_s);
    assert(events->host.ncmid_office <= events->host.ncmid);
    assert(events->host.nfailed <= events->host.nrequest);
    fuzz_events_round(facts);
}

#endif
