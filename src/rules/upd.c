/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * upd.c - rules about the right to write, from the probes' verdict. What a refusal can mean is
 * read from the dialect table: the same answer means different things at different servers.
 */
#include "case.h"
#include "tables.h"

#include "kmsdns/facts/right.h"

static kd_probe_says upd_says(const struct kd_case *which, kd_probe kind)
{
    return kd_probe_says_what(kd_case_probe(which, kind));
}

/* What nobody, without a signature, was told about the same record. */
static kd_probe_says upd_nobody_says(const struct kd_case *which)
{
    return upd_says(which,
                    which->update->is_signed ? KD_PROBE_CONTROL_UNSIGNED : KD_PROBE_TARGET);
}

static void upd_allowed_case(struct kd_judge *judge, const struct kd_facts *facts,
                             const struct kd_case *which)
{
    struct kd_finding_args args = kd_case_args(facts, which);

    if (which->update->right == KD_RIGHT_ALLOWED) {
        kd_found(
            judge, &args,
            "%s would take %s that adds %s: the probe came as far as the prerequisite that "
            "cannot hold (YXRRSET), while the same identity is refused at another name, "
            "and anybody without it here; nothing was written",
            kd_case_server(facts, which), kd_case_update(facts, which),
            kd_case_record(facts, which));
    }
}

static void upd_allowed(struct kd_judge *judge, const struct kd_facts *facts)
{
    kd_case_each(judge, facts, KD_CASE_ALL, upd_allowed_case);
}

/* "control-unsigned (TIMEOUT) and empty-signed (not sent)"; "" when all were answered. */
static const char *upd_missing(const struct kd_facts *facts, const struct kd_case *which)
{
    static const kd_probe SIGNED[] = {KD_PROBE_CONTROL_UNSIGNED, KD_PROBE_CONTROL_OTHER_NAME,
                                      KD_PROBE_EMPTY_SIGNED};
    static const kd_probe UNSIGNED[] = {KD_PROBE_CONTROL_OTHER_NAME, KD_PROBE_EMPTY_UNSIGNED};
    const kd_probe *wanted = which->update->is_signed ? SIGNED : UNSIGNED;
    size_t n = which->update->is_signed ? sizeof(SIGNED) / sizeof(SIGNED[0])
                                        : sizeof(UNSIGNED) / sizeof(UNSIGNED[0]);
    struct kd_look_names names = {.n = 0};

    for (size_t i = 0; i < n; i++) {
        const struct kd_probe_fact *probe = kd_case_probe(which, wanted[i]);
        kd_probe_says says = kd_probe_says_what(probe);

        if (says == KD_PROBE_SAYS_NOTHING || says == KD_PROBE_SAYS_SILENCE) {
            kd_look_add_name(
                facts, &names,
                kd_arena_printf(facts->arena, "%s (%s)", kd_probe_str(wanted[i]),
                                probe != NULL ? kd_outcome_str(probe->status) : "not sent"));
        }
    }
    return kd_look_names_str(facts, &names);
}

/* What keeps a verdict from being a proof. */
static const char *upd_doubt(const struct kd_facts *facts, const struct kd_case *which)
{
    const char *missing = upd_missing(facts, which);

    if (missing[0] != '\0') {
        return kd_arena_printf(facts->arena, "without a usable answer: %s", missing);
    }
    if (upd_nobody_says(which) == KD_PROBE_SAYS_PASSED) {
        return which->server.row->dialect == KD_DIALECT_POWERDNS
                   ? "an unsigned update gets as far: the zone is open to anyone, or a Lua "
                     "update policy decides behind the prerequisites"
                   : "an unsigned update gets as far, and the zone looks open to anyone";
    }
    if (upd_says(which, KD_PROBE_CONTROL_OTHER_NAME) == KD_PROBE_SAYS_PASSED) {
        return "the same identity gets as far at a random name: it may write in the whole "
               "zone, "
               "or the server tests the right to a single record behind the prerequisites";
    }
    return "a reply that should be signed is not";
}

static void upd_probable_case(struct kd_judge *judge, const struct kd_facts *facts,
                              const struct kd_case *which)
{
    struct kd_finding_args args = kd_case_args(facts, which);

    if (which->update->right == KD_RIGHT_PROBABLE) {
        kd_found(judge, &args,
                 "%s would probably take %s that adds %s (the probe came as far as the "
                 "prerequisite that cannot hold); not proved: %s",
                 kd_case_server(facts, which), kd_case_update(facts, which),
                 kd_case_record(facts, which), upd_doubt(facts, which));
    }
}

static void upd_probable(struct kd_judge *judge, const struct kd_facts *facts)
{
    kd_case_each(judge, facts, KD_CASE_ALL, upd_probable_case);
}

static bool upd_other_may(const struct kd_domain_fact *domain)
{
    for (size_t i = 0; i < domain->nupdate; i++) {
        kd_right right = domain->update[i].right;

        if (right == KD_RIGHT_ALLOWED || right == KD_RIGHT_PROBABLE) {
            return true;
        }
    }
    return false;
}

/* That strangers are refused is as it should be, unless a host was to be published as one. */
static kd_severity upd_refused_severity(const struct kd_facts *facts,
                                        const struct kd_case *which)
{
    bool is_signed = which->update->is_signed;

    if (upd_other_may(which->domain)) {
        return is_signed ? KD_SEV_NOTICE : KD_SEV_INFO;
    }
    return is_signed || facts->host != NULL || which->domain->change != NULL ? KD_SEV_CRITICAL
                                                                             : KD_SEV_NOTICE;
}

static void upd_refused_case(struct kd_judge *judge, const struct kd_facts *facts,
                             const struct kd_case *which)
{
    struct kd_finding_args args = kd_case_args(facts, which);
    kd_severity severity = upd_refused_severity(facts, which);
    const char *lead = "";

    if (which->update->right != KD_RIGHT_REFUSED) {
        return;
    }
    if (which->decides != NULL && which->decides->probe != KD_PROBE_TARGET) {
        lead = kd_arena_printf(facts->arena, "to %s, ", kd_probe_str(which->decides->probe));
    }
    kd_found_as(judge, severity, &args, "%s refuses %s that adds %s: %sit says %s. %s%s",
                kd_case_server(facts, which), kd_case_update(facts, which),
                kd_case_record(facts, which), lead, kd_case_answer(facts, which),
                severity < KD_SEV_CRITICAL && !which->update->is_signed
                    ? "That strangers are refused is right; try with a key (-k). "
                    : "",
                kd_case_meaning(facts, which));
}

static void upd_refused(struct kd_judge *judge, const struct kd_facts *facts)
{
    kd_case_each(judge, facts, KD_CASE_ALL, upd_refused_case);
}

/* REFUSED without a TSIG error, as a zone that takes no updates is told by most servers. */
static bool upd_is_bare(const struct kd_probe_fact *probe)
{
    return probe != NULL && probe->status == KD_OUT_REFUSED &&
           probe->tsig_error <= KD_TSIG_NONE;
}

/* Everything that was tried at this server, and whether all of it was refused. */
struct upd_tried {
    bool by_key, by_nobody, is_all_bare;
    struct kd_look_names identities;
};

static void upd_note_tried(const struct kd_facts *facts, struct upd_tried *tried,
                           const struct kd_update_fact *update)
{
    if (update->is_signed) {
        kd_look_add_name(facts, &tried->identities, update->identity);
    }
    tried->by_key = tried->by_key || update->is_signed;
    for (size_t i = 0; i < update->nprobe; i++) {
        const struct kd_probe_fact *probe = &update->probe[i];
        kd_probe_says says = kd_probe_says_what(probe);

        if (says == KD_PROBE_SAYS_NOTHING || says == KD_PROBE_SAYS_SILENCE) {
            continue;
        }
        tried->is_all_bare = tried->is_all_bare && upd_is_bare(probe);
        tried->by_nobody = tried->by_nobody || !update->is_signed ||
                           probe->probe == KD_PROBE_CONTROL_UNSIGNED ||
                           probe->probe == KD_PROBE_EMPTY_UNSIGNED;
    }
}

/* PowerDNS says a bare REFUSED to a key that it does not know, too: the zone may be dynamic. */
static bool upd_key_may_be_masked(const struct kd_case *which)
{
    return which->server.row->dialect == KD_DIALECT_POWERDNS && which->decides != NULL &&
           which->decides->signature == KD_REPLY_SIGNATURE_UNSIGNED;
}

static void upd_not_dynamic_case(struct kd_judge *judge, const struct kd_facts *facts,
                                 const struct kd_case *which)
{
    struct kd_finding_args args = kd_case_args(facts, which);
    struct upd_tried tried = {.is_all_bare = which->update->right == KD_RIGHT_REFUSED};

    for (size_t i = 0; i < which->domain->nupdate; i++) {
        const struct kd_update_fact *update = &which->domain->update[i];

        if (kd_endpoint_equal(&update->server, &which->update->server)) {
            upd_note_tried(facts, &tried, update);
        }
    }
    if (!tried.by_key || !tried.by_nobody || !tried.is_all_bare ||
        upd_key_may_be_masked(which)) {
        return;
    }
    args.subject = which->domain->name;
    kd_found(judge, &args,
             "%s answers REFUSED to everything that was tried for %s, signed (%s) and "
             "unsigned. A zone that takes no dynamic updates answers so; so does one whose "
             "rule names none of these identities. %s",
             kd_case_server(facts, which), args.zone != NULL ? args.zone : "the zone",
             kd_look_names_str(facts, &tried.identities), kd_case_next(which));
}

static void upd_not_dynamic(struct kd_judge *judge, const struct kd_facts *facts)
{
    kd_case_each(judge, facts, KD_CASE_SIGNED, upd_not_dynamic_case);
}

static void upd_notimp_case(struct kd_judge *judge, const struct kd_facts *facts,
                            const struct kd_case *which)
{
    struct kd_finding_args args = kd_case_args(facts, which);

    if (which->decides != NULL && which->decides->status == KD_OUT_NOTIMP) {
        kd_found(judge, &args, "%s does not take updates at all: it says NOTIMP. %s",
                 kd_case_server(facts, which), kd_case_meaning(facts, which));
    }
}

static void upd_notimp(struct kd_judge *judge, const struct kd_facts *facts)
{
    kd_case_each(judge, facts, KD_CASE_ALL, upd_notimp_case);
}

static void upd_wrong_server_case(struct kd_judge *judge, const struct kd_facts *facts,
                                  const struct kd_case *which)
{
    struct kd_finding_args args = kd_case_args(facts, which);
    const struct kd_probe_fact *probe = which->decides;
    bool is_knot = which->server.row->dialect == KD_DIALECT_KNOT;

    if (probe == NULL) {
        return;
    }
    if (probe->status == KD_OUT_NOTZONE ||
        (probe->status == KD_OUT_NOTAUTH && probe->tsig_error <= KD_TSIG_NONE && !is_knot)) {
        kd_found(judge, &args,
                 "%s says %s to an update of %s: it is the wrong server, or the "
                 "wrong zone. %s",
                 kd_case_server(facts, which), kd_case_answer(facts, which),
                 args.zone != NULL ? args.zone : "the zone", kd_case_next(which));
    }
}

static void upd_wrong_server(struct kd_judge *judge, const struct kd_facts *facts)
{
    kd_case_each(judge, facts, KD_CASE_ALL, upd_wrong_server_case);
}

static void upd_open_case(struct kd_judge *judge, const struct kd_facts *facts,
                          const struct kd_case *which)
{
    struct kd_finding_args args = kd_case_args(facts, which);
    bool is_powerdns = which->server.row->dialect == KD_DIALECT_POWERDNS;

    if (upd_nobody_says(which) != KD_PROBE_SAYS_PASSED ||
        upd_says(which, KD_PROBE_EMPTY_UNSIGNED) != KD_PROBE_SAYS_ACCEPTED) {
        return;
    }
    args.subject = which->domain->name;
    /* a Lua policy answers like this, too, and drops silently what it does not allow */
    kd_found_as(judge, is_powerdns ? KD_SEV_NOTICE : KD_SEV_WARNING, &args,
                is_powerdns
                    ? "%s does not refuse an unsigned update that adds %s: the zone takes "
                      "unsigned updates from this machine, or a Lua update policy is set, "
                      "which drops silently what it does not allow"
                    : "%s would take an unsigned update that adds %s, at least from this "
                      "machine's address: neither it nor an empty one is refused",
                kd_case_server(facts, which), kd_case_record(facts, which));
}

static void upd_open(struct kd_judge *judge, const struct kd_facts *facts)
{
    kd_case_each(judge, facts, KD_CASE_ALL, upd_open_case);
}

/* Why the probe of the real update decides nothing. */
static const char *upd_why_open(const struct kd_facts *facts, const struct kd_case *which)
{
    const char *missing = upd_missing(facts, which);

    if (which->decides == NULL) {
        return "the probe of the update itself was not sent";
    }
    if (kd_probe_says_what(which->decides) != KD_PROBE_SAYS_PASSED) {
        return kd_arena_printf(facts->arena, "it answers %s to the probe. %s",
                               kd_case_answer(facts, which), kd_case_meaning(facts, which));
    }
    if (kd_dialect_order(&which->server, which->update) == KD_ORDER_PREREQUISITES_FIRST) {
        return "it tests prerequisites before the right, so everybody gets as far (YXRRSET), "
               "also those that it would refuse";
    }
    return missing[0] != '\0'
               ? kd_arena_printf(facts->arena, "without a usable answer: %s", missing)
               : "the controls do not show what it tests first";
}

static void upd_inconclusive_case(struct kd_judge *judge, const struct kd_facts *facts,
                                  const struct kd_case *which)
{
    struct kd_finding_args args = kd_case_args(facts, which);

    if (which->update->right == KD_RIGHT_INCONCLUSIVE) {
        kd_found(judge, &args,
                 "whether %s takes %s that adds %s cannot be told from probes: %s",
                 kd_case_server(facts, which), kd_case_update(facts, which),
                 kd_case_record(facts, which), upd_why_open(facts, which));
    }
}

static void upd_inconclusive(struct kd_judge *judge, const struct kd_facts *facts)
{
    kd_case_each(judge, facts, KD_CASE_ALL, upd_inconclusive_case);
}

#define UPD_NEEDS (KD_NEED_DOMAIN | KD_NEED_UPDATE)
#define HOW_PROBE                                                                        \
    "nsupdate with: server {server} / zone {zone} / prereq nxrrset {zone} SOA / update " \
    "add {owner} {ttl} SRV 0 0 {port} {target} : YXRRSET passes, nothing is written"
#define SRC_PROBE "RFC 2136 3.2 and 3.3"

const struct kd_rule kd_rules_upd[8] = {
    {
        .id = "UPD-ALLOWED",
        .severity = KD_SEV_INFO,
        .needs = UPD_NEEDS,
        .check = upd_allowed,
        .title = "this identity may write this record",
        .when = "this identity may write this record (proved)",
        .why = "The server tests the right before the prerequisites, as the controls show, and "
               "did not refuse.",
        .how = HOW_PROBE,
        .source = SRC_PROBE,
        .fix =
            {
                {"any", "Nothing needs to be done; kmsdns publish writes the record."},
            },
    },
    {
        .id = "UPD-PROBABLE",
        .severity = KD_SEV_INFO,
        .needs = UPD_NEEDS,
        .check = upd_probable,
        .title = "this identity probably may write this record",
        .when = "probably; text says what evidence is missing",
        .why = "The server did not refuse, but the controls do not show that it would have "
               "refused by then.",
        .how = HOW_PROBE,
        .source = SRC_PROBE,
        .fix =
            {
                {"any", "Publish with a read-back (kmsdns publish does that): only the record "
                        "itself is a proof."},
            },
    },
    {
        .id = "UPD-REFUSED",
        .severity = KD_SEV_CRITICAL,
        .needs = UPD_NEEDS,
        .check = upd_refused,
        .title = "this update would be refused",
        .when = "this update would be refused here and now",
        .why = "A KMS host that sends this update cannot publish itself: event 12293 on the "
               "host, mostly with 0x8007232D, 0x80072331 or 0x80072338.",
        .how = HOW_PROBE,
        .source = SRC_PROBE "; RFC 8945 5.2",
        .fix =
            {
                {"any", "Take the step that the text names; then allow exactly this record, "
                        "not the whole zone:"},
                {"bind", KD_FIX_GRANT_BIND},
                {"knot", KD_FIX_GRANT_KNOT},
                {"powerdns", KD_FIX_GRANT_POWERDNS},
                {"windows", KD_FIX_GRANT_WINDOWS},
            },
    },
    {
        .id = "UPD-NOT-DYNAMIC",
        .severity = KD_SEV_CRITICAL,
        .needs = UPD_NEEDS,
        .check = upd_not_dynamic,
        .title = "the zone takes no update from anyone tried",
        .when = "the zone takes no dynamic update from anyone tried",
        .why = "No KMS host can publish itself in such a zone. The record can still be made by "
               "hand, and clients find it all the same.",
        .how = HOW_PROBE,
        .source = "RFC 2136 3.3",
        .fix =
            {
                {"any", "Allow exactly this record for one key, or make the record by hand "
                        "(see SRV-ABSENT)."},
                {"bind", KD_FIX_GRANT_BIND},
                {"knot", KD_FIX_GRANT_KNOT},
                {"powerdns", KD_FIX_GRANT_POWERDNS},
                {"windows", KD_FIX_SECURE_WINDOWS},
            },
    },
    {
        .id = "UPD-NOTIMP",
        .severity = KD_SEV_CRITICAL,
        .needs = UPD_NEEDS,
        .check = upd_notimp,
        .title = "the server does not take updates",
        .when = "the server does not do UPDATE (a secondary without forwarding, an appliance)",
        .why = "The KMS host sends its record to a server that cannot take it: event 12293 "
               "with 0x8007232C.",
        .how = "dig @{server} {zone} SOA +norecurse : the first name is the primary",
        .source = "RFC 2136 3.1 and 6",
        .fix =
            {
                {"any", "Send updates to the primary; name the right one in the SOA of {zone}"},
                {"bind", "allow-update-forwarding { <addresses of the KMS hosts>; };"},
                {"powerdns", "forward-dnsupdate=yes"},
            },
    },
    {
        .id = "UPD-WRONG-SERVER",
        .severity = KD_SEV_CRITICAL,
        .needs = UPD_NEEDS,
        .check = upd_wrong_server,
        .title = "the server does not hold the zone that the update names",
        .when = "the server is not authoritative for the zone named in the update",
        .why = "The update went to a server, or named a zone, that does not hold the record's "
               "name: event 12293 with 0x80072331 or 0x80072332.",
        .how = "dig @{server} {zone} SOA +norecurse; dig {owner} SRV : look for the SOA below",
        .source = "RFC 2136 3.1.1 and 3.4.1.3",
        .fix =
            {
                {"any", "Compare the zone in the SOA for {owner} with {zone}, and send the "
                        "update to that zone's primary. With views: sign, or ask from where "
                        "the right view is seen."},
            },
    },
    {
        .id = "UPD-OPEN",
        .severity = KD_SEV_WARNING,
        .needs = UPD_NEEDS,
        .check = upd_open,
        .title = "the zone takes unsigned updates",
        .when = "the zone takes unsigned updates: anyone may publish a KMS host",
        .why = "Whoever reaches the server can add, replace and remove records, also those of "
               "other hosts: clients then activate wherever they are sent.",
        .how = HOW_PROBE,
        .source = "RFC 2136 8; RFC 3007 1; " SRC_PROBE,
        .fix =
            {
                {"any", "Let only signed updates in, for exactly the names that need them:"},
                {"bind", KD_FIX_GRANT_BIND},
                {"knot", KD_FIX_GRANT_KNOT},
                {"powerdns", KD_FIX_GRANT_POWERDNS},
                {"windows", KD_FIX_SECURE_WINDOWS},
            },
    },
    {
        .id = "UPD-INCONCLUSIVE",
        .severity = KD_SEV_NOTICE,
        .needs = UPD_NEEDS,
        .check = upd_inconclusive,
        .title = "the probes do not tell whether the update would be taken",
        .when = "this server tests prerequisites first, so the probe says nothing",
        .why =
            "Samba, and BIND before 9.16.37 and 9.18.11, answer about the prerequisite before "
            "they look at the right: an identity without any right gets the same answer.",
        .how = HOW_PROBE,
        .source = SRC_PROBE,
        .fix =
            {
                {"any", "Read the zone's rule at the server, or try a real write of a random "
                        "name: kmsdns preflight --write-test."},
                {"samba", "samba-tool dns query <server> {zone} {node} ALL; then the rights of "
                          "its node in the directory."},
            },
    },
};
