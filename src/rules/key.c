/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key.c - rules about shared keys. Each speaks only when the server named the fault: where an
 * answer can mean the key, the secret, the clock and the rule alike, UPD-REFUSED lists them.
 */
#include "case.h"
#include "tables.h"

/* The TSIG error that a shared key was refused with; KD_TSIG_NONE otherwise. */
static int32_t key_error(const struct kd_case *which)
{
    if (kd_case_key(which) == NULL || which->decides == NULL) {
        return KD_TSIG_NONE;
    }
    return which->decides->tsig_error;
}

static void key_unknown_case(struct kd_judge *judge, const struct kd_facts *facts,
                             const struct kd_case *which)
{
    struct kd_finding_args args = kd_case_args(facts, which);

    /* an accepted key that gets BADKEY met a rule, not ignorance */
    if (key_error(which) == KD_TSIG_BADKEY && !kd_dialect_key_is_accepted(which->update)) {
        kd_found(judge, &args, "%s does not take the key %s (BADKEY). %s",
                 kd_case_server(facts, which), args.key, kd_case_meaning(facts, which));
    }
}

static void key_unknown(struct kd_judge *judge, const struct kd_facts *facts)
{
    kd_case_each(judge, facts, KD_CASE_SIGNED, key_unknown_case);
}

static void key_secret_case(struct kd_judge *judge, const struct kd_facts *facts,
                            const struct kd_case *which)
{
    struct kd_finding_args args = kd_case_args(facts, which);

    if (key_error(which) == KD_TSIG_BADSIG) {
        kd_found(
            judge, &args,
            "%s knows the key %s, and its signature does not fit (BADSIG): the secrets differ, "
            "or something on the way changed the message. %s",
            kd_case_server(facts, which), args.key, kd_case_next(which));
    }
}

static void key_secret(struct kd_judge *judge, const struct kd_facts *facts)
{
    kd_case_each(judge, facts, KD_CASE_SIGNED, key_secret_case);
}

static void key_clock_case(struct kd_judge *judge, const struct kd_facts *facts,
                           const struct kd_case *which)
{
    struct kd_finding_args args = kd_case_args(facts, which);
    const char *skew = "it did not tell its time";

    if (key_error(which) != KD_TSIG_BADTIME) {
        return;
    }
    if (which->decides->skew_s != KD_SKEW_UNKNOWN) {
        int64_t skew_s = which->decides->skew_s;

        skew = kd_arena_printf(facts->arena, "the server's clock is %lld s %s this machine's",
                               (long long)(skew_s < 0 ? -skew_s : skew_s),
                               skew_s < 0 ? "behind" : "ahead of");
    }
    kd_found(judge, &args, "%s does not take the time of the signature (BADTIME): %s",
             kd_case_server(facts, which), skew);
}

static void key_clock(struct kd_judge *judge, const struct kd_facts *facts)
{
    kd_case_each(judge, facts, KD_CASE_SIGNED, key_clock_case);
}

/* True if the refusal is about this record: a rule, not the key and not the server. */
static bool key_is_policy(const struct kd_case *which)
{
    const struct kd_probe_fact *probe = which->decides;

    if (which->update->right != KD_RIGHT_REFUSED || probe == NULL ||
        !kd_dialect_key_is_accepted(which->update)) {
        return false;
    }
    return (probe->status == KD_OUT_REFUSED && probe->tsig_error <= KD_TSIG_NONE) ||
           (probe->status == KD_OUT_NOTAUTH && probe->tsig_error == KD_TSIG_BADKEY);
}

static void key_policy_case(struct kd_judge *judge, const struct kd_facts *facts,
                            const struct kd_case *which)
{
    struct kd_finding_args args = kd_case_args(facts, which);

    if (kd_case_key(which) != NULL && key_is_policy(which)) {
        kd_found(judge, &args,
                 "%s accepts the key %s (it signed a reply with it, or let it pass elsewhere) "
                 "and refuses to let it write %s (%s). %s",
                 kd_case_server(facts, which), args.key, kd_case_record(facts, which),
                 kd_case_answer(facts, which), kd_case_next(which));
    }
}

static void key_policy(struct kd_judge *judge, const struct kd_facts *facts)
{
    kd_case_each(judge, facts, KD_CASE_SIGNED, key_policy_case);
}

static void key_weak_case(struct kd_judge *judge, const struct kd_facts *facts,
                          const struct kd_case *which)
{
    struct kd_finding_args args = kd_case_args(facts, which);

    if (which->update->is_weak) {
        args.subject = which->update->identity;
        kd_found(judge, &args, "the key %s uses hmac-md5 or hmac-sha1",
                 args.key != NULL ? args.key : args.subject);
    }
}

static void key_weak(struct kd_judge *judge, const struct kd_facts *facts)
{
    kd_case_each(judge, facts, KD_CASE_SIGNED, key_weak_case);
}

#define KEY_NEEDS (KD_NEED_DOMAIN | KD_NEED_UPDATE)
#define HOW_KEY                                                                              \
    "nsupdate -d -k <key file> with: server {server} / zone {zone} / prereq nxrrset {zone} " \
    "SOA / update add {owner} {ttl} SRV 0 0 {port} {target}"

const struct kd_rule kd_rules_key[5] = {
    {
        .id = "KEY-UNKNOWN",
        .severity = KD_SEV_CRITICAL,
        .needs = KEY_NEEDS,
        .check = key_unknown,
        .title = "the server does not know the key",
        .when = "the server does not know the key (BADKEY)",
        .why = "Name and algorithm of a key must be the same on both sides. Knot says BADKEY "
               "also when it knows the key and no acl lets it write.",
        .how = HOW_KEY,
        .source = "RFC 8945 5.2.1; Knot DNS src/knot/updates/acl.c",
        .fix =
            {
                {"any", "Compare the key's name (with all its labels) and algorithm in the key "
                        "file with the server's configuration; then reload the server."},
                {"bind", "named-checkconf -px | grep -A3 'key \"'"},
                {"knot", KD_FIX_GRANT_KNOT},
                {"powerdns", "pdnsutil list-tsig-keys"},
                {"windows", "Windows DNS takes Kerberos (GSS-TSIG) only, no shared keys."},
            },
    },
    {
        .id = "KEY-SECRET",
        .severity = KD_SEV_CRITICAL,
        .needs = KEY_NEEDS,
        .check = key_secret,
        .title = "the key's secret is wrong",
        .when = "the secret is wrong (BADSIG)",
        .why = "The server knows a key of this name with another secret, or something between "
               "here and there changes DNS messages.",
        .how = HOW_KEY,
        .source = "RFC 8945 5.2.2",
        .fix =
            {
                {"any", "Copy the secret again from the server's configuration, whole and "
                        "without blanks."},
                {"bind",
                 "named-checkconf -p shows the keys; make a new one with tsig-keygen -a "
                 "hmac-sha256 {key}"},
                {"knot", "keymgr -t {key} hmac-sha256"},
                {"powerdns", "pdnsutil list-tsig-keys"},
            },
    },
    {
        .id = "KEY-CLOCK",
        .severity = KD_SEV_CRITICAL,
        .needs = KEY_NEEDS,
        .check = key_clock,
        .title = "the clocks differ too much",
        .when = "clocks differ beyond the fudge (BADTIME); text gives the skew in seconds",
        .why = "A signature holds for a few minutes around its time, mostly five. Beyond that "
               "the server refuses it, however right the key is.",
        .how = "compare date -u on both machines; " HOW_KEY,
        .source = "RFC 8945 5.2.3 and 10",
        .fix =
            {
                {"any", "Set both clocks by NTP: timedatectl, chronyc tracking."},
                {"windows", "w32tm /resync"},
            },
    },
    {
        .id = "KEY-POLICY",
        .severity = KD_SEV_CRITICAL,
        .needs = KEY_NEEDS,
        .check = key_policy,
        .title = "the key is good, and may not write this record",
        .when = "the key is accepted and may not write this record",
        .why = "Key, secret and time are right; no rule of the zone names this key for this "
               "record.",
        .how = HOW_KEY,
        .source = "RFC 2136 3.3; RFC 3007 3",
        .fix =
            {
                {"any", "Allow this key exactly this record:"},
                {"bind", KD_FIX_GRANT_BIND},
                {"knot", KD_FIX_GRANT_KNOT},
                {"powerdns", KD_FIX_GRANT_POWERDNS},
                {"windows", KD_FIX_GRANT_WINDOWS},
            },
    },
    {
        .id = "KEY-WEAK",
        .severity = KD_SEV_WARNING,
        .needs = KEY_NEEDS,
        .check = key_weak,
        .title = "the key's algorithm is old",
        .when = "hmac-md5 or hmac-sha1",
        .why = "New keys should not use these algorithms, and servers drop them one by one.",
        .how = "grep -i algorithm <key file>",
        .source = "RFC 8945 6",
        .fix =
            {
                {"any", "Make a new key with hmac-sha256 on the server, and use it here."},
                {"bind", "tsig-keygen -a hmac-sha256 {key}"},
                {"knot", "keymgr -t {key} hmac-sha256"},
                {"powerdns", "pdnsutil generate-tsig-key {key} hmac-sha256"},
            },
    },
};
