/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * right.c - from probes to a verdict on the right to write: a table of answers, in which the first
 * row that matches decides.
 *
 * Servers disagree about what comes first. RFC 2136 3 tests prerequisites before permission, and
 * so do Samba and BIND before 9.16.37 / 9.18.11; Knot, PowerDNS and newer BIND ask for permission
 * first. A server may also refuse strangers early and the single record late. Hence the controls.
 */
#include "kmsdns/facts/right.h"

/* A cell of the table: the set of answers that fit. */
#define NOTHING  (1U << KD_PROBE_SAYS_NOTHING | 1U << KD_PROBE_SAYS_SILENCE)
#define SILENCE  (1U << KD_PROBE_SAYS_SILENCE)
#define NO       (1U << KD_PROBE_SAYS_NO)
#define PASSED   (1U << KD_PROBE_SAYS_PASSED)
#define ACCEPTED (1U << KD_PROBE_SAYS_ACCEPTED)
#define ANY      (NOTHING | NO | PASSED | ACCEPTED)

/* The columns. */
enum right_column {
    COLUMN_TARGET,
    COLUMN_UNSIGNED,   /* the same update without a signature */
    COLUMN_OTHER_NAME, /* the same identity at a name that it should not own */
    COLUMN_OWN_EMPTY,  /* an update without changes, by the identity */
    COLUMN_ANON_EMPTY, /* … and by nobody */
    COLUMN_IDENTICAL,  /* the add of what is there already */
    COLUMN_COUNT
};

struct right_row {
    unsigned int fits[COLUMN_COUNT];
    kd_right right;
};

static const struct right_row ROW[] = {
    /* target, unsigned, other name, own empty, anonymous empty, identical */
    {{NO, ANY, ANY, ANY, ANY, ANY}, KD_RIGHT_REFUSED},
    {{SILENCE, ANY, ANY, ANY, ANY, ANY}, KD_RIGHT_UNREACHABLE},
    {{NOTHING | ACCEPTED, ANY, ANY, ANY, ANY, ANY}, KD_RIGHT_INCONCLUSIVE},
    /* prerequisites come first, and this identity may not write at all */
    {{PASSED, ANY, ANY, NO, ANY, ANY}, KD_RIGHT_REFUSED},
    {{PASSED, ANY, ANY, ANY, ANY, NO}, KD_RIGHT_REFUSED},
    /* others are refused before the prerequisite, this record is not */
    {{PASSED, NO, NO, ACCEPTED, ANY, ANY}, KD_RIGHT_ALLOWED},
    /* zone-wide rights, or a second gate behind the prerequisites */
    {{PASSED, NO, ANY, ACCEPTED, ANY, ANY}, KD_RIGHT_PROBABLE},
    {{PASSED, NO | NOTHING, NO, ANY, ANY, ANY}, KD_RIGHT_PROBABLE},
    /* prerequisites come first; or the zone is open to anyone */
    {{PASSED, PASSED, ANY, ANY, NO, ANY}, KD_RIGHT_INCONCLUSIVE},
    {{PASSED, PASSED, ANY, ANY, ACCEPTED, ANY}, KD_RIGHT_PROBABLE},
};

#define NROWS (sizeof(ROW) / sizeof(ROW[0]))

static bool right_matches(const struct right_row *row, const kd_probe_says *says)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        if ((row->fits[i] & 1U << says[i]) == 0) {
            return false;
        }
    }
    return true;
}

/* False when a reply that should have been signed was not: it may be anybody's. */
static bool right_is_verified(const struct kd_probe_fact *probe, size_t n)
{
    static const kd_probe SIGNED[] = {KD_PROBE_TARGET, KD_PROBE_EMPTY_SIGNED};

    for (size_t i = 0; i < sizeof(SIGNED) / sizeof(SIGNED[0]); i++) {
        const struct kd_probe_fact *found = kd_probe_find(probe, n, SIGNED[i]);

        if (found != NULL && found->signature == KD_REPLY_SIGNATURE_UNSIGNED) {
            return false;
        }
    }
    return true;
}

const struct kd_probe_fact *kd_probe_find(const struct kd_probe_fact *probe, size_t n,
                                          kd_probe kind)
{
    for (size_t i = 0; i < n; i++) {
        if (probe[i].probe == kind) {
            return &probe[i];
        }
    }
    return NULL;
}

kd_probe_says kd_probe_says_what(const struct kd_probe_fact *probe)
{
    /* an outcome that is not here says nothing: FORMERR is about the message, not the right */
    static const kd_probe_says SAYS[KD_OUT_COUNT] = {
        [KD_OUT_NOERROR] = KD_PROBE_SAYS_ACCEPTED,
        [KD_OUT_YXRRSET] = KD_PROBE_SAYS_PASSED,
        [KD_OUT_REFUSED] = KD_PROBE_SAYS_NO,
        [KD_OUT_NOTAUTH] = KD_PROBE_SAYS_NO,
        [KD_OUT_NOTZONE] = KD_PROBE_SAYS_NO,
        [KD_OUT_NOTIMP] = KD_PROBE_SAYS_NO,
        [KD_OUT_SERVFAIL] = KD_PROBE_SAYS_NO,
        [KD_OUT_TIMEOUT] = KD_PROBE_SAYS_SILENCE,
        [KD_OUT_CONN_REFUSED] = KD_PROBE_SAYS_SILENCE,
        [KD_OUT_UNREACHABLE] = KD_PROBE_SAYS_SILENCE,
    };

    if (probe == NULL || probe->signature == KD_REPLY_SIGNATURE_BAD ||
        (size_t)probe->status >= KD_OUT_COUNT) {
        return KD_PROBE_SAYS_NOTHING;
    }
    return SAYS[probe->status];
}

kd_right kd_right_from_probes(const struct kd_probe_fact *probe, size_t n, bool is_signed)
{
    const kd_probe column[COLUMN_COUNT] = {
        [COLUMN_TARGET] = KD_PROBE_TARGET,
        [COLUMN_UNSIGNED] = is_signed ? KD_PROBE_CONTROL_UNSIGNED : KD_PROBE_TARGET,
        [COLUMN_OTHER_NAME] = KD_PROBE_CONTROL_OTHER_NAME,
        [COLUMN_OWN_EMPTY] = is_signed ? KD_PROBE_EMPTY_SIGNED : KD_PROBE_EMPTY_UNSIGNED,
        [COLUMN_ANON_EMPTY] = KD_PROBE_EMPTY_UNSIGNED,
        [COLUMN_IDENTICAL] = KD_PROBE_IDENTICAL_ADD,
    };
    kd_probe_says says[COLUMN_COUNT];
    kd_right right = KD_RIGHT_INCONCLUSIVE;

    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        says[i] = kd_probe_says_what(kd_probe_find(probe, n, column[i]));
    }
    for (size_t i = 0; i < NROWS; i++) {
        if (right_matches(&ROW[i], says)) {
            right = ROW[i].right;
            break;
        }
    }
    /* RFC 8945 5.3: an unsigned reply to a signed request must not be trusted */
    if (right == KD_RIGHT_ALLOWED && !right_is_verified(probe, n)) {
        return KD_RIGHT_PROBABLE;
    }
    return right;
}
