/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_TABLES_H
#define KMSDNS_RULES_TABLES_H

#include "kmsdns/rules/policy.h"
#include "kmsdns/rules/rule.h"

/*
 * The tables of rules: one a topic file, how many rows each has, and the modes they speak in. The
 * order is that of docs.
 */
#define KD_RULE_TABLE_MAP(XX)                          \
    XX(cand, 4, KD_MODE_ALL)                           \
    XX(res, 4, KD_MODE_ALL)                            \
    XX(resdiff, 2, KD_MODE_DISCOVERY)                  \
    XX(srv, 4, KD_MODE_DISCOVERY)                      \
    XX(srvset, 8, KD_MODE_DISCOVERY)                   \
    XX(tgt, 6, KD_MODE_DISCOVERY)                      \
    XX(reach, 3, KD_MODE_DISCOVERY)                    \
    XX(ttl, 5, KD_MODE_DISCOVERY)                      \
    XX(zone, 5, KD_MODE_CONSISTENCY | KD_MODE_PUBLISH) \
    XX(ns, 4, KD_MODE_CONSISTENCY)                     \
    XX(upd, 8, KD_MODE_PUBLISH)                        \
    XX(change, 3, KD_MODE_PUBLISH)                     \
    XX(key, 5, KD_MODE_PUBLISH)                        \
    XX(host, 5, KD_MODE_PUBLISH)                       \
    XX(reg, 4, KD_MODE_DISCOVERY)                      \
    XX(reglist, 2, KD_MODE_DISCOVERY)                  \
    XX(hosts, 2, KD_MODE_ALL)                          \
    XX(limit, 8, KD_MODE_ALL)                          \
    XX(dhcp, 4, KD_MODE_DISCOVERY)                     \
    XX(evt, 7, KD_MODE_DISCOVERY)                      \
    XX(cmid, 2, KD_MODE_DISCOVERY)

#define XX(name, n, modes) extern const struct kd_rule kd_rules_##name[n];
KD_RULE_TABLE_MAP(XX)
#undef XX

/** The modes that a rule speaks in: a mask of kd_mode. */
uint32_t kd_rule_modes(const struct kd_rule *rule);

/* What a template may name; anything else in braces is text (BIND's and PowerShell's own). */
#define KD_PLACE_MAP(XX) \
    XX(domain)           \
    XX(service)          \
    XX(target)           \
    XX(server)           \
    XX(port)             \
    XX(ttl)              \
    XX(key)              \
    XX(zone)             \
    XX(owner)            \
    XX(node)

/**
 * Fill the places of one fix.
 *
 * A value that is not known, or that holds more than letters, digits, dots, hyphens, colons,
 * brackets and underscores, becomes "<domain>": names come from DNS, and people paste
 * commands. For "windows" names lose their closing dot, which PowerShell does not want.
 *
 * returns  text in the facts' arena
 */
const char *kd_fill_fix(const struct kd_facts *facts, const struct kd_finding_args *args,
                        const struct kd_fix *fix);

/**
 * Fill the places of a sentence that is only read: with whatever is known, and "(unknown)" where
 * nothing is.
 *
 * returns  text in the facts' arena
 */
const char *kd_fill_sentence(const struct kd_facts *facts, const struct kd_finding_args *args,
                             const char *text);

/** The mask of kd_need that these facts meet somewhere. */
uint32_t kd_needs_met(const struct kd_facts *facts);

/* Fixes that several rows give. */
#define KD_FIX_ADD_WINDOWS                                                               \
    "Add-DnsServerResourceRecord -Srv -ZoneName {zone} -Name {node} -DomainName "        \
    "{target} -Priority 0 -Weight 0 -Port {port} -TimeToLive ([TimeSpan]::FromSeconds({" \
    "ttl}))"
#define KD_FIX_ADD_BIND "{service}.{domain} {ttl} IN SRV 0 0 {port} {target}"
#define KD_FIX_ADD_KNOT                                                             \
    "knotc zone-begin {zone} && knotc zone-set {zone} {node} {ttl} SRV 0 0 {port} " \
    "{target} && knotc zone-commit {zone}"
#define KD_FIX_ADD_POWERDNS \
    "pdnsutil add-record {zone} {node} SRV {ttl} \"0 0 {port} {target}\""
#define KD_FIX_REPLACE_POWERDNS \
    "pdnsutil replace-rrset {zone} {node} SRV {ttl} \"0 0 {port} {target}\""
#define KD_FIX_REMOVE_WINDOWS                                                  \
    "Get-DnsServerResourceRecord -ZoneName {zone} -Name {node} -RRType Srv | " \
    "Where-Object { $_.RecordData.DomainName.TrimEnd('.') -eq '{target}' } | " \
    "Remove-DnsServerResourceRecord -ZoneName {zone}"
#define KD_FIX_TTL_WINDOWS                                                          \
    "Get-DnsServerResourceRecord -ZoneName {zone} -Name {node} -RRType Srv | "      \
    "ForEach-Object { $n = [ciminstance]::new($_); $n.TimeToLive = "                \
    "[TimeSpan]::FromSeconds({ttl}); Set-DnsServerResourceRecord -ZoneName {zone} " \
    "-OldInputObject $_ -NewInputObject $n }"
#define KD_FIX_TTL_BIND                                                                 \
    "{service}.{domain} {ttl} IN SRV ... : write the TTL before IN, raise the serial, " \
    "rndc reload {zone}"
#define KD_FIX_UNREGISTER_WINDOWS                                                        \
    "Set-DnsClient -InterfaceAlias <adapter> -RegisterThisConnectionsAddress $false on " \
    "{target}, then ipconfig /registerdns"
#define KD_FIX_SECURE_WINDOWS "Set-DnsServerPrimaryZone -Name {zone} -DynamicUpdate Secure"
#define KD_FIX_OWNER_WINDOWS                                                            \
    "Give the KMS hosts full control of the record: dnsmgmt.msc, zone {domain}, _tcp, " \
    "_VLMCS, Properties, Security; then Restart-Service sppsvc"
/* The narrowest rule: this key may write this record and nothing else. */
#define KD_FIX_GRANT_WINDOWS                                                           \
    "$p = 'AD:\\DC={node},DC={zone},CN=MicrosoftDNS,DC=DomainDnsZones,' + "            \
    "(Get-ADDomain).DistinguishedName; $a = Get-Acl $p; $a.AddAccessRule((New-Object " \
    "DirectoryServices.ActiveDirectoryAccessRule((Get-ADGroup 'KMS hosts').SID, "      \
    "'GenericRead, WriteProperty', 'Allow'))); Set-Acl $p $a"
#define KD_FIX_GRANT_BIND "update-policy { grant {key} name {owner} SRV; };"
#define KD_FIX_GRANT_KNOT                                                                      \
    "printf 'acl:\\n  - id: kms-srv\\n    key: {key}\\n    action: update\\n    update-type: " \
    "SRV\\n    update-owner: name\\n    update-owner-match: equal\\n    update-owner-name: "   \
    "{owner}\\n' >kms-srv.conf # include: kms-srv.conf above zone:, acl: kms-srv in {zone}"
#define KD_FIX_GRANT_POWERDNS                                                       \
    "pdnsutil set-meta {zone} TSIG-ALLOW-DNSUPDATE {key} && echo 'function "        \
    "updatepolicy(i) return i:getTsigName():equal(\"{key}\") and "                  \
    "i:getQName():equal(\"{owner}\") and i:getQType() == pdns.SRV end' >kms.lua # " \
    "lua-dnsupdate-policy-script=kms.lua; it decides for every zone"

#define KD_HOW_SRV "dig {service}.{domain} SRV"

#define KD_SRC_GUIDE \
    "Microsoft, \"Guidelines for troubleshooting DNS-related activation issues\""
#define KD_SRC_CODES "Microsoft, \"Resolve Windows activation error codes\""

#endif
