/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_FACTS_EVENTS_H
#define KMSDNS_FACTS_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What event logs say about KMS: publishing in DNS, clients that tried, clients that the host
 * counted. Part of facts.h. Only sums and newest values are kept, never single records, so an
 * export of any size gives facts of the same size. Times are seconds since 1970; -1 is unknown.
 * Lists are sorted, capped, and followed by the number of what was left out.
 */

#define KD_EVENTS_MAX_PUBLISH   256
#define KD_EVENTS_MAX_CODES     8
#define KD_EVENTS_MAX_CLIENTS   256
#define KD_EVENTS_MAX_ATTEMPTS  16
#define KD_EVENTS_MAX_SKUS      64
#define KD_EVENTS_MAX_CMIDS     256 /* duplicates */
#define KD_EVENTS_MAX_COMPUTERS 32  /* of one duplicate */
#define KD_EVENTS_MAX_BUCKETS   128

/* How an export is written: name, word. */
#define KD_EVENT_FORMAT_MAP(XX) \
    XX(EVTX, "evtx")            \
    XX(XML, "xml")              \
    XX(CSV, "csv")              \
    XX(TAB, "tab")              \
    XX(TEXT, "text")

typedef enum kd_event_format {
#define XX(name, text) KD_EVENT_FORMAT_##name,
    KD_EVENT_FORMAT_MAP(XX)
#undef XX
    KD_EVENT_FORMAT_COUNT
} kd_event_format;

#define KD_EVENT_ENCODING_MAP(XX) \
    XX(BINARY, "binary")          \
    XX(UTF8, "utf-8")             \
    XX(UTF16LE, "utf-16le")       \
    XX(ANSI, "windows-1252")

typedef enum kd_event_encoding {
#define XX(name, text) KD_EVENT_ENCODING_##name,
    KD_EVENT_ENCODING_MAP(XX)
#undef XX
    KD_EVENT_ENCODING_COUNT
} kd_event_encoding;

/* A file that was read. */
struct kd_event_file_fact {
    const char *path;
    kd_event_format format;
    kd_event_encoding encoding;
    uint32_t nrecords;    /* readable, of whatever program */
    uint32_t nlicensing;  /* … of the licensing service, under any of its names */
    uint32_t nused;       /* … that the facts below come from */
    uint32_t nrepeated;   /* stand in an earlier file, too, and were not counted again */
    uint32_t nfiltered;   /* outside --since, --until or --computer */
    uint32_t nunreadable; /* damaged records */
    const char *first_unreadable; /* its place and what is wrong; NULL without one */
    bool has_local_times;         /* times carry no zone: they are the exporting machine's */
    bool has_ambiguous_dates;     /* day or month first? month was assumed */
};

/* A code and how often it came. */
struct kd_event_code_fact {
    uint32_t hresult;
    uint32_t count;
    int64_t last_s;
};

/* What one computer did to publish in one domain (12293, 12294). */
struct kd_event_publish_fact {
    const char *computer; /* as the log has it; NULL in exports that do not tell */
    const char *domain;   /* canonical if it is a name, else as it stands */
    uint32_t nfailure, nsuccess;
    int64_t first_s, failure_s, success_s; /* oldest of all; newest of each kind */
    uint32_t hresult;                      /* of the newest failure; 0 without one */
    bool is_cleared;                       /* the newest failure is followed by a success */
    struct kd_event_code_fact *code;       /* of failures, newest first */
    size_t ncode;
};

/* What a client tried, or was told: one event id, server and code. */
struct kd_event_attempt_fact {
    uint32_t event_id;  /* 12288, 12289, 8198, 8233 */
    const char *server; /* "kms01.corp.example:1688" of 12288; NULL elsewhere */
    uint32_t hresult;
    uint32_t count;
    int64_t first_s, last_s;
};

struct kd_event_client_fact {
    const char *computer;          /* NULL in exports that do not tell */
    uint32_t nrequest, nresponse;  /* 12288, 12289 */
    int64_t request_s, response_s; /* newest of each */
    int64_t count;                 /* the host's count, from the newest response; -1 unknown */
    int64_t needed;                /* what the product needs, from the newest request; -1 */
    int64_t count_low_s;           /* newest time a host said "count insufficient"; -1 never */
    struct kd_event_attempt_fact *attempt; /* newest first */
    size_t nattempt;
    uint32_t nleft_out; /* attempts beyond the list */
};

/* A product that clients asked for (12290). */
struct kd_event_sku_fact {
    const char *id;   /* GUID, lower case */
    const char *name; /* NULL unless certain */
    bool is_office;   /* known to be Office, which is counted apart from Windows */
    uint32_t needed;  /* what its newest request says: 25 clients, 5 servers or Office */
    uint32_t nrequest, nfailed;
    uint32_t ncmid; /* distinct, within the window */
    int64_t last_s;
};

/* One client machine id that several computers use for one product, within the window. */
struct kd_event_cmid_fact {
    const char *cmid; /* GUID, lower case */
    const char *sku;  /* GUID, lower case */
    uint32_t needed;
    uint32_t nrequest; /* of all time */
    int64_t last_s;
    const char **computer; /* newest name of each, sorted without regard to case */
    size_t ncomputer;
    uint32_t nleft_out; /* computers beyond the list */
};

#define KD_EVENT_LICENCES 7 /* 0 unlicensed .. 6 extended grace */

/* What the host's own log (Key Management Service) says. */
struct kd_event_host_fact {
    uint32_t nrequest, nfailed;   /* 12290 in all, and those with a code */
    uint32_t ncomputer;           /* distinct names within the window */
    uint32_t ncmid;               /* distinct, within the window, all products */
    uint32_t ncmid_office;        /* … of products known to be Office */
    uint32_t nvirtual, nphysical; /* by the newest request of each id */
    uint32_t nlicence[KD_EVENT_LICENCES];
    struct kd_event_code_fact *code; /* of failed requests, newest first */
    size_t ncode;
    struct kd_event_sku_fact *sku; /* most requests first */
    size_t nsku;
    struct kd_event_cmid_fact *duplicate; /* most computers first */
    size_t nduplicate;
    uint32_t nleft_out; /* duplicates, products beyond the lists; ids beyond memory's limit */
};

/* A stretch of time. */
struct kd_event_bucket_fact {
    int64_t start_s;
    uint32_t nfailure, nsuccess;  /* 12293, 12294 */
    uint32_t nrequest, nresponse; /* 12288, 12289 */
    uint32_t nclient_failure;     /* 8198, 8233 */
    uint32_t nprocessed;          /* 12290 */
};

#define KD_EVENTS_WINDOW_S (30 * 86400) /* how long a host counts an id */

/*
 * All of it. Windows ("30 days", "26 hours") end at reference_s: --until when it was given, else
 * the newest record of any program in any file. An export is thus judged as of the day it was
 * made, and judging it again later gives the same result.
 */
struct kd_events_fact {
    struct kd_event_file_fact *file;
    size_t nfile;
    int64_t first_s, last_s;               /* of all records with a readable time */
    int64_t reference_s;                   /* -1 when no time is known */
    int64_t since_s, until_s;              /* the filter; -1 unlimited */
    const char *computer;                  /* the filter; NULL all */
    struct kd_event_publish_fact *publish; /* by domain, then computer */
    size_t npublish;
    uint32_t npublish_left_out;
    struct kd_event_client_fact *client; /* by computer */
    size_t nclient;
    uint32_t nclient_left_out;
    struct kd_event_host_fact host;
    int64_t bucket_s;                    /* width; 0 without buckets */
    struct kd_event_bucket_fact *bucket; /* without gaps, oldest first */
    size_t nbucket;
};

/** "xml"; constant. */
const char *kd_event_format_str(kd_event_format format);

/** "utf-8"; constant. */
const char *kd_event_encoding_str(kd_event_encoding encoding);

/** "licensed" for 1, "notification" for 5; "unknown" beyond the list. Constant. */
const char *kd_event_licence_str(unsigned int licence);

#endif
