/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dialect_table.c - the servers, and what their answers to updates can mean. Data only; the
 * likeliest cause stands first, and every row says where it was read.
 */
#include "dialect.h"

#define SRC_BIND "bind9 lib/ns/update.c; BIND 9 ARM, \"allow-update\" and \"update-policy\""
#define SRC_KNOT \
    "Knot DNS src/knot/nameserver/update.c and updates/acl.c; its \"ACL\" reference"
#define SRC_PDNS  "PowerDNS pdns/rfc2136handler.cc; its \"Dynamic DNS Update\" page"
#define SRC_NSD   "NSD manual, nsd(8): no dynamic updates; RFC 2136 3.1"
#define SRC_SAMBA "Samba source4/dns_server/dns_update.c and dns_query.c"
#define SRC_SDU   "Microsoft, \"Secure Dynamic Update\""
#define SRC_12293 "Microsoft, \"Event ID 12293, error 0x80072338\" (KB 2553863)"
#define SRC_SPNS  "RFC 3645 3 and 4"

static const struct kd_dialect_row DIALECT[KD_DIALECT_COUNT] = {
    [KD_DIALECT_UNKNOWN] =
        {
            .dialect = KD_DIALECT_UNKNOWN,
            .name = "a server of unknown make",
            .order = KD_ORDER_UNKNOWN,
            .source = "RFC 2136 3",
        },
    [KD_DIALECT_BIND_NEW] =
        {
            .dialect = KD_DIALECT_BIND_NEW,
            .name = "BIND",
            .version = "9.",
            .order = KD_ORDER_RIGHT_FIRST,
            .source = "bind9 commit 964f559edb: in 9.16.37, 9.18.11 and later",
        },
    [KD_DIALECT_BIND_OLD] =
        {
            .dialect = KD_DIALECT_BIND_OLD,
            .name = "BIND of before 9.16.37 / 9.18.11",
            .order = KD_ORDER_PREREQUISITES_FIRST,
            .like = KD_DIALECT_BIND_NEW,
            .source = "bind9 lib/ns/update.c, update_action(), tags v9.16.36 and v9.18.10",
        },
    [KD_DIALECT_KNOT] =
        {
            .dialect = KD_DIALECT_KNOT,
            .name = "Knot DNS",
            .version = "knot",
            .answers = "NOTAUTH with BADKEY to a key that it accepts elsewhere; NOTAUTH to an "
                       "unsigned update of a zone that it serves",
            .order = KD_ORDER_RIGHT_FIRST,
            .source = SRC_KNOT,
        },
    [KD_DIALECT_POWERDNS] =
        {
            .dialect = KD_DIALECT_POWERDNS,
            .name = "PowerDNS",
            .version = "powerdns",
            .answers = "REFUSED without any TSIG to a signed update",
            .order = KD_ORDER_TWO_GATES,
            .source = SRC_PDNS,
        },
    [KD_DIALECT_NSD] =
        {
            .dialect = KD_DIALECT_NSD,
            .name = "NSD",
            .version = "nsd",
            .order = KD_ORDER_UNKNOWN,
            .source = SRC_NSD,
        },
    [KD_DIALECT_SAMBA] =
        {
            .dialect = KD_DIALECT_SAMBA,
            .name = "Samba",
            .version = "samba",
            .answers = "REFUSED with a TSIG error, where others say NOTAUTH",
            .order = KD_ORDER_PREREQUISITES_FIRST,
            .source = SRC_SAMBA,
        },
    [KD_DIALECT_WINDOWS] =
        {
            .dialect = KD_DIALECT_WINDOWS,
            .name = "Windows DNS",
            .version = "microsoft dns",
            .order = KD_ORDER_UNKNOWN,
            .source = "Microsoft documents no order; Samba's dns_update.c says that it follows "
                      "Windows",
        },
};

#define LOG_TELLS " Its log tells which."

static const struct kd_dialect_meaning MEANING[] = {
    /* BIND */
    {
        .dialect = KD_DIALECT_BIND_NEW,
        .outcome = KD_OUT_REFUSED,
        .asker = KD_ASKER_NOBODY,
        .cause = {"the zone takes signed updates only",
                  "the zone takes no updates: it has neither allow-update nor update-policy",
                  "the zone is frozen (rndc freeze)",
                  "allow-query keeps this machine's address out"},
        .next = "Look at allow-update and update-policy of the zone in named.conf." LOG_TELLS,
        .source = SRC_BIND,
    },
    {
        .dialect = KD_DIALECT_BIND_NEW,
        .outcome = KD_OUT_REFUSED,
        .asker = KD_ASKER_LET_IN,
        .cause = {"no rule of update-policy lets this key write this record"},
        .next = "Look at update-policy of the zone in named.conf." LOG_TELLS,
        .source = SRC_BIND,
    },
    {
        .dialect = KD_DIALECT_BIND_NEW,
        .outcome = KD_OUT_NOTAUTH,
        .tsig_error = KD_TSIG_BADKEY,
        .cause = {"named has no key statement of this name, or one with another algorithm"},
        .next = "Compare the key's name and algorithm with named.conf.",
        .source = "RFC 8945 5.2.1; " SRC_BIND,
    },
    {
        .dialect = KD_DIALECT_BIND_NEW,
        .outcome = KD_OUT_REFUSED,
        .cause = {"no rule of update-policy, or no entry of allow-update, lets this key write "
                  "this record",
                  "the zone takes no updates: it has neither allow-update nor update-policy",
                  "the zone is frozen (rndc freeze)",
                  "allow-query keeps this machine's address out"},
        .next = "Look at allow-update and update-policy of the zone in named.conf." LOG_TELLS,
        .source = SRC_BIND,
    },
    {
        .dialect = KD_DIALECT_BIND_NEW,
        .outcome = KD_OUT_NOTAUTH,
        .cause = {"the server does not hold the zone that the update names",
                  "it holds the zone in another view than the one this machine sees"},
        .next = "Ask the server for the zone's SOA, and look at its views.",
        .source = "RFC 2136 3.1.1; " SRC_BIND,
    },
    {
        .dialect = KD_DIALECT_BIND_NEW,
        .outcome = KD_OUT_NOTIMP,
        .cause = {"it is a secondary of the zone without allow-update-forwarding"},
        .next = "Send updates to the primary that the zone's SOA names.",
        .source = SRC_BIND,
    },
    {
        .dialect = KD_DIALECT_BIND_NEW,
        .outcome = KD_OUT_SERVFAIL,
        .cause = {"named cannot write the zone's journal (.jnl) in its folder",
                  "the zone is not loaded, or expired"},
        .next = "Look at rndc zonestatus and at the rights of named on the zone's folder.",
        .source = "RFC 2136 3.1 and 3.5; " SRC_BIND,
    },
    {
        .dialect = KD_DIALECT_BIND_NEW,
        .outcome = KD_OUT_YXRRSET,
        .cause = {"the right was tested before the prerequisite, and is there"},
        .next = "Nothing needs to be done.",
        .source = "bind9 commit 964f559edb",
    },
    {
        .dialect = KD_DIALECT_BIND_NEW,
        .outcome = KD_OUT_NOERROR,
        .cause = {"the change was made",
                  "it was left out silently: a CNAME is in the way, or the rule limits the "
                  "number of records"},
        .next = "Read the record back from the primary.",
        .source = SRC_BIND,
    },
    {
        .dialect = KD_DIALECT_BIND_OLD,
        .outcome = KD_OUT_YXRRSET,
        .cause =
            {"prerequisites are tested before the right, so this says nothing of the right"},
        .next = "Read allow-update and update-policy of the zone in named.conf.",
        .source = "bind9 lib/ns/update.c, update_action(), tags v9.16.36 and v9.18.10",
    },

    /* Knot */
    {
        .dialect = KD_DIALECT_KNOT,
        .outcome = KD_OUT_NOTAUTH,
        .tsig_error = KD_TSIG_BADKEY,
        .asker = KD_ASKER_ACCEPTED,
        .cause = {"no acl of the zone lets this key write this record: action, update-type or "
                  "update-owner do not fit",
                  "the acl's address list leaves this machine out"},
        .next = "Look at the acl entries that the zone names in knot.conf.",
        .source = SRC_KNOT,
    },
    {
        .dialect = KD_DIALECT_KNOT,
        .outcome = KD_OUT_NOTAUTH,
        .tsig_error = KD_TSIG_BADKEY,
        .cause = {"no acl of the zone lets this key write this record; Knot says BADKEY for "
                  "that, too",
                  "the server has no key of this name with this algorithm",
                  "the acl's address list leaves this machine out",
                  "the zone takes no updates: it names no acl with the action update"},
        .next = "Look at the key and acl entries of the zone in knot.conf." LOG_TELLS,
        .source = SRC_KNOT,
    },
    {
        .dialect = KD_DIALECT_KNOT,
        .outcome = KD_OUT_NOTAUTH,
        .asker = KD_ASKER_NOBODY,
        .cause = {"no acl of the zone takes unsigned updates",
                  "the zone takes no updates: it names no acl with the action update",
                  "the server does not hold the zone that the update names"},
        .next = "Look at the acl entries that the zone names in knot.conf.",
        .source = SRC_KNOT,
    },
    {
        .dialect = KD_DIALECT_KNOT,
        .outcome = KD_OUT_NOTAUTH,
        .cause = {"the server does not hold the zone that the update names",
                  "no acl of the zone lets this request in"},
        .next = "Look at the zone and its acl entries in knot.conf." LOG_TELLS,
        .source = SRC_KNOT,
    },
    {
        .dialect = KD_DIALECT_KNOT,
        .outcome = KD_OUT_SERVFAIL,
        .cause = {"the zone is not loaded: its file is missing or cannot be read",
                  "the zone is expired", "the journal cannot be written"},
        .next = "Look at knotc zone-status and at the server's log.",
        .source = "Knot DNS src/knot/nameserver/process_query.c",
    },
    {
        .dialect = KD_DIALECT_KNOT,
        .outcome = KD_OUT_YXRRSET,
        .cause = {"the acl was tested before the prerequisite, and lets this record in"},
        .next = "Nothing needs to be done.",
        .source = SRC_KNOT,
    },

    /* PowerDNS */
    {
        .dialect = KD_DIALECT_POWERDNS,
        .outcome = KD_OUT_REFUSED,
        .asker = KD_ASKER_NOBODY,
        .cause = {"the zone wants a key: TSIG-ALLOW-DNSUPDATE is set",
                  "the server takes no updates: dnsupdate is off",
                  "allow-dnsupdate-from or ALLOW-DNSUPDATE-FROM leaves this machine out"},
        .next = "Look at pdnsutil get-meta of the zone, and at dnsupdate in pdns.conf.",
        .source = SRC_PDNS,
    },
    {
        .dialect = KD_DIALECT_POWERDNS,
        .outcome = KD_OUT_REFUSED,
        .asker = KD_ASKER_ACCEPTED,
        .cause = {"the zone's TSIG-ALLOW-DNSUPDATE does not name this key",
                  "the server takes no updates: dnsupdate is off",
                  "allow-dnsupdate-from or ALLOW-DNSUPDATE-FROM leaves this machine out"},
        .next = "Look at pdnsutil get-meta of the zone, and at dnsupdate in pdns.conf.",
        .source = SRC_PDNS,
    },
    {
        .dialect = KD_DIALECT_POWERDNS,
        .outcome = KD_OUT_REFUSED,
        .cause = {"the server has no key of this name and algorithm", "the secrets differ",
                  "the clocks differ by more than the signature allows",
                  "updates are off (dnsupdate), or the zone's metadata leave this key or this "
                  "machine out"},
        .next = "Look into the server's log, it tells which; then pdnsutil list-tsig-keys, and "
                "pdnsutil get-meta of the zone.",
        .source = SRC_PDNS,
    },
    {
        .dialect = KD_DIALECT_POWERDNS,
        .outcome = KD_OUT_SERVFAIL,
        .cause = {"the script of lua-dnsupdate-policy-script fails",
                  "the backend cannot be written"},
        .next = "Look into the server's log.",
        .source = SRC_PDNS,
    },
    {
        .dialect = KD_DIALECT_POWERDNS,
        .outcome = KD_OUT_YXRRSET,
        .cause = {"the zone's metadata were tested before the prerequisite, and let this "
                  "request in",
                  "a Lua update policy is set: it replaces the metadata, and is asked for each "
                  "record behind the prerequisites"},
        .next = "Look at lua-dnsupdate-policy-script in pdns.conf.",
        .source = SRC_PDNS,
    },
    {
        .dialect = KD_DIALECT_POWERDNS,
        .outcome = KD_OUT_NOERROR,
        .cause =
            {"the change was made",
             "a Lua update policy dropped the record silently (\"Not permitted by policy\" "
             "in its log)"},
        .next = "Read the record back from the primary; then look at "
                "lua-dnsupdate-policy-script in pdns.conf.",
        .source = SRC_PDNS,
    },

    /* NSD */
    {
        .dialect = KD_DIALECT_NSD,
        .outcome = KD_OUT_NOTIMP,
        .cause = {"NSD takes no dynamic updates at all"},
        .next = "Send updates to the server that NSD transfers the zone from, or edit the "
                "zone's file.",
        .source = SRC_NSD,
    },

    /* Samba */
    {
        .dialect = KD_DIALECT_SAMBA,
        .outcome = KD_OUT_REFUSED,
        .asker = KD_ASKER_NOBODY,
        .cause =
            {"\"allow dns updates\" is \"secure only\", the default: updates must be signed "
             "by Kerberos",
             "\"allow dns updates\" is \"disabled\""},
        .next = "Look at \"allow dns updates\" with testparm.",
        .source = SRC_SAMBA,
    },
    {
        .dialect = KD_DIALECT_SAMBA,
        .outcome = KD_OUT_REFUSED,
        .cause =
            {"the directory does not let this account change the record's node: it belongs "
             "to another one",
             "\"allow dns updates\" is \"disabled\""},
        .next = "Look at the owner and the rights of the record's node in the directory.",
        .source = SRC_SAMBA " (4.19.8, 4.20.2 and later)",
    },
    {
        .dialect = KD_DIALECT_SAMBA,
        .outcome = KD_OUT_SERVFAIL,
        .cause = {"the directory does not let this account change the record's node, or make "
                  "it: Samba before 4.19.8 and 4.20.2 says SERVFAIL for that",
                  "the directory cannot be written"},
        .next = "Look at the owner and the rights of the record's node in the directory.",
        .source = SRC_SAMBA,
    },
    {
        .dialect = KD_DIALECT_SAMBA,
        .outcome = KD_OUT_REFUSED,
        .tsig_error = KD_TSIG_BADKEY,
        .cause = {"the Kerberos context of the signature expired, or was never made",
                  "the signature is by a shared key: Samba's own server takes Kerberos only"},
        .next = "Get a new ticket for the DNS service there and sign again.",
        .source = SRC_SAMBA,
    },
    {
        .dialect = KD_DIALECT_SAMBA,
        .outcome = KD_OUT_REFUSED,
        .tsig_error = KD_TSIG_BADSIG,
        .cause =
            {"the signature does not verify: another context, or bytes changed on the way"},
        .next = "Sign again from scratch, and look for a proxy in between.",
        .source = SRC_SAMBA,
    },
    {
        .dialect = KD_DIALECT_SAMBA,
        .outcome = KD_OUT_NOTAUTH,
        .tsig_error = KD_TSIG_BADKEY,
        .cause = {"the signature is by a shared key: Samba's own server takes Kerberos only",
                  "the Kerberos context of the signature expired, or was never made"},
        .next = "Sign with Kerberos (GSS-TSIG).",
        .source = SRC_SAMBA,
    },
    {
        .dialect = KD_DIALECT_SAMBA,
        .outcome = KD_OUT_YXRRSET,
        .cause =
            {"prerequisites are tested before the right, so this says nothing of the right"},
        .next = "Read the rights of the record's node in the directory.",
        .source = SRC_SAMBA ", dns_server_process_update()",
    },
    {
        .dialect = KD_DIALECT_SAMBA,
        .outcome = KD_OUT_NOERROR,
        .cause = {"the change was made",
                  "the record was there already: newer Samba says NOERROR then even to an "
                  "account without the right"},
        .next = "Read the record back from the primary.",
        .source = SRC_SAMBA " (4.19.8, 4.20.2 and later)",
    },

    /* Windows DNS */
    {
        .dialect = KD_DIALECT_WINDOWS,
        .outcome = KD_OUT_REFUSED,
        .asker = KD_ASKER_NOBODY,
        .cause = {"the zone takes secure updates only, the default in Active Directory",
                  "the zone's dynamic updates are set to None"},
        .next = "Look at \"Dynamic updates\" in the zone's properties.",
        .source = SRC_SDU,
    },
    {
        .dialect = KD_DIALECT_WINDOWS,
        .outcome = KD_OUT_REFUSED,
        .cause = {"the record's node belongs to another account, and this one may not write it",
                  "the zone's dynamic updates are set to None",
                  "the signature is by a shared key: Windows DNS takes Kerberos only"},
        .next = "Look at the security of the record, and at \"Dynamic updates\" of the zone.",
        .source = SRC_SDU "; " SRC_12293,
    },
    {
        .dialect = KD_DIALECT_WINDOWS,
        .outcome = KD_OUT_NOTAUTH,
        .tsig_error = KD_TSIG_BADSIG,
        .cause = {"this account may not write the record that is there: it belongs to another "
                  "KMS host",
                  "the signature does not verify"},
        .next = "Look at the owner and the security of the record.",
        .source = SRC_12293,
    },
    {
        .dialect = KD_DIALECT_WINDOWS,
        .outcome = KD_OUT_NOTAUTH,
        .tsig_error = KD_TSIG_BADKEY,
        .cause =
            {"no valid Kerberos context: no ticket for the DNS service there, or it expired",
             "the signature is by a shared key: Windows DNS takes Kerberos only"},
        .next = "Look for a ticket for the DNS service there (klist), and at the time of both "
                "machines.",
        .source = SRC_SPNS,
    },
    {
        .dialect = KD_DIALECT_WINDOWS,
        .outcome = KD_OUT_YXRRSET,
        .cause = {"nobody has documented what Windows DNS tests first, so this says nothing of "
                  "the right"},
        .next = "Read the security of the record in the directory.",
        .source = "RFC 2136 3.2 and 3.3",
    },

    /* any server: what the standards say */
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_REFUSED,
        .asker = KD_ASKER_NOBODY,
        .cause = {"the zone takes signed updates only", "the zone takes no dynamic updates",
                  "the server's rules leave this machine's address out"},
        .next = "Look at the zone's rule for dynamic updates." LOG_TELLS,
        .source = "RFC 2136 3.3",
    },
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_REFUSED,
        .asker = KD_ASKER_LET_IN,
        .cause = {"no rule of the server lets this key write this record"},
        .next = "Look at the zone's rule for dynamic updates." LOG_TELLS,
        .source = "RFC 2136 3.3",
    },
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_REFUSED,
        .asker = KD_ASKER_ACCEPTED,
        .cause = {"no rule of the server lets this key write this record",
                  "the zone takes no dynamic updates",
                  "the server's rules leave this machine's address out"},
        .next = "Look at the zone's rule for dynamic updates." LOG_TELLS,
        .source = "RFC 2136 3.3",
    },
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_REFUSED,
        .cause = {"no rule of the server lets this identity write this record",
                  "the zone takes no dynamic updates",
                  "the key is unknown, its secret differs, or the clocks do",
                  "the server's rules leave this machine's address out"},
        .next = "Look at the zone's rule for dynamic updates." LOG_TELLS,
        .source = "RFC 2136 3.3",
    },
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_REFUSED,
        .tsig_error = KD_TSIG_BADKEY,
        .cause = {"the server does not know the key"},
        .next = "Compare the key's name and algorithm on both sides.",
        .source = "RFC 8945 5.2.1; " SRC_SAMBA,
    },
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_REFUSED,
        .tsig_error = KD_TSIG_BADSIG,
        .cause = {"the secrets differ", "something on the way changed the message"},
        .next = "Compare the secret on both sides.",
        .source = "RFC 8945 5.2.2; " SRC_SAMBA,
    },
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_REFUSED,
        .tsig_error = KD_TSIG_BADTIME,
        .cause = {"the clocks differ by more than the signature allows"},
        .next = "Set both clocks by NTP.",
        .source = "RFC 8945 5.2.3; " SRC_SAMBA,
    },
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_NOTAUTH,
        .cause = {"the server does not hold the zone that the update names",
                  "the server's rules leave this request out (Knot says NOTAUTH for that)"},
        .next = "Ask the server for the zone's SOA; send updates to the primary.",
        .source = "RFC 2136 3.1.1",
    },
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_NOTAUTH,
        .tsig_error = KD_TSIG_BADKEY,
        .cause = {"the server has no key of this name with this algorithm",
                  "the server's rules leave this key out (Knot says BADKEY for that)"},
        .next = "Compare the key's name and algorithm on both sides.",
        .source = "RFC 8945 5.2.1",
    },
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_NOTAUTH,
        .tsig_error = KD_TSIG_BADSIG,
        .cause = {"the secrets differ", "something on the way changed the message"},
        .next = "Compare the secret on both sides.",
        .source = "RFC 8945 5.2.2",
    },
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_NOTAUTH,
        .tsig_error = KD_TSIG_BADTIME,
        .cause = {"the clocks differ by more than the signature allows"},
        .next = "Set both clocks by NTP.",
        .source = "RFC 8945 5.2.3",
    },
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_NOTAUTH,
        .tsig_error = KD_TSIG_BADTRUNC,
        .cause = {"the server wants a longer MAC than it was sent"},
        .next = "Use the algorithm's full length.",
        .source = "RFC 8945 5.2.4",
    },
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_NOTIMP,
        .cause =
            {"the server takes no dynamic updates: a secondary that does not forward them, "
             "or an appliance"},
        .next = "Send updates to the primary that the zone's SOA names.",
        .source = "RFC 2136 2.2 and 3.1",
    },
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_NOTZONE,
        .cause = {"the record's name is not in the zone that the update names: there is a zone "
                  "cut in between"},
        .next = "Name the zone that holds the record itself.",
        .source = "RFC 2136 3.4.1.3",
    },
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_SERVFAIL,
        .cause = {"the server cannot write the zone: not loaded, expired, or its storage fails",
                  "a directory behind the server denied the change (Samba before 4.19.8)"},
        .next = "Look into the server's log.",
        .source = "RFC 2136 3.1 and 3.5; " SRC_SAMBA,
    },
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_FORMERR,
        .cause = {"the server could not read the update: it is old, or something in between "
                  "rewrites DNS"},
        .next = "Try over TCP, and take DNS inspection out of the path.",
        .source = "RFC 2136 3.1 and 3.4.1",
    },
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_YXRRSET,
        .cause = {"the server came as far as the prerequisite; whether it tested the right "
                  "before is not known"},
        .next = "Read the zone's rule for dynamic updates.",
        .source = "RFC 2136 3.2 and 3.3",
    },
    {
        .dialect = KD_DIALECT_UNKNOWN,
        .outcome = KD_OUT_NOERROR,
        .cause = {"the change was made", "the server left it out silently"},
        .next = "Read the record back from the primary.",
        .source = "RFC 2136 3.4.2",
    },
};

const struct kd_dialect_row *kd_dialect_rows(size_t *ret_n)
{
    *ret_n = KD_DIALECT_COUNT;
    return DIALECT;
}

const struct kd_dialect_meaning *kd_dialect_meanings(size_t *ret_n)
{
    *ret_n = sizeof(MEANING) / sizeof(MEANING[0]);
    return MEANING;
}
