/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * remedies.c - what mends the reasons of a code, for each kind of server. Sentences end with a
 * full stop; what does not is to be pasted.
 */
#include "reasons.h"

#include "tables.h"

#define REM_NO_SERVER "A matter of the Windows computer, not of its DNS server."

static const struct kd_fix REMEDY[KD_REMEDY_COUNT][KD_MAX_FIXES] = {
    [KD_REMEDY_NOTHING] = {{"any", "Nothing needs to be done."}},
    [KD_REMEDY_GRANT] =
        {
            {"windows",
             "DNS Manager, the zone, _tcp, _vlmcs, Properties, Security: give the "
             "host, or a group of all KMS hosts, Full Control. Then restart sppsvc."},
            {"bind", KD_FIX_GRANT_BIND},
            {"knot", KD_FIX_GRANT_KNOT},
            {"powerdns", KD_FIX_GRANT_POWERDNS},
            {"samba", "samba-tool dsacl set --action=allow --trusteedn='<DN of the group>' "
                      "--objectdn='DC={service},DC={domain},CN=MicrosoftDNS,DC=DomainDnsZones,"
                      "<DN of the domain>' --sddl='(A;;RPWP;;;<SID of the group>)'"},
        },
    [KD_REMEDY_DYNAMIC] =
        {
            {"windows", KD_FIX_SECURE_WINDOWS},
            {"bind", KD_FIX_GRANT_BIND},
            {"knot", KD_FIX_GRANT_KNOT},
            {"powerdns", "dnsupdate=yes in pdns.conf, then: " KD_FIX_GRANT_POWERDNS},
            {"samba", "allow dns updates = secure only in [global] of smb.conf (the default)."},
        },
    [KD_REMEDY_KEY] =
        {
            {"windows",
             "Windows signs with Kerberos: setspn -Q DNS/{server} must name the DNS "
             "server's account, Test-ComputerSecureChannel must be true. klist purge "
             "-li 0x3e7 gets new tickets."},
            {"bind", "Compare name, algorithm and secret with the key statement. For Kerberos: "
                     "klist -ke of the file in tkey-gssapi-keytab must name DNS/{server}."},
            {"knot", "Compare with knotc conf-read key; Knot does no Kerberos."},
            {"powerdns",
             "Compare with pdnsutil list-tsig-keys; pdnsutil get-meta {zone} shows which "
             "keys may write (TSIG-ALLOW-DNSUPDATE)."},
            {"samba", "samba-tool spn list '<server>$' must hold DNS/{server}. Samba takes "
                      "Kerberos only."},
        },
    [KD_REMEDY_CLOCK] =
        {
            {"windows",
             "w32tm /query /status on host and domain controller, then w32tm /resync"},
            {"bind", "chronyc tracking on the server; 300 s are allowed."},
            {"knot", "chronyc tracking on the server; 300 s are allowed."},
            {"powerdns", "chronyc tracking on the server; 300 s are allowed."},
            {"samba", "chronyc tracking on the domain controller; Kerberos allows 300 s."},
        },
    [KD_REMEDY_PRIMARY] =
        {
            {"windows", "Let the host use DNS servers that lead to the zone's primary: "
                        "Get-DnsClientServerAddress, then the SOA that those servers give."},
            {"bind",
             "allow-update-forwarding { <addresses of the KMS hosts>; }; on secondaries"},
            {"knot",
             "ddns-master: <primary> in the zone of a secondary, with an acl for update."},
            {"powerdns", "forward-dnsupdate=yes"},
            {"samba", "Each writable domain controller takes updates: name one in the SOA."},
        },
    [KD_REMEDY_ZONE] =
        {
            {"windows",
             "Add-DnsServerPrimaryZone -Name {zone} -ReplicationScope Domain -DynamicUpdate "
             "Secure"},
            {"bind", "zone \"{zone}\" { type primary; file \"{zone}zone\"; };"},
            {"knot", "knotc conf-begin && knotc conf-set 'zone[{zone}]' && knotc conf-commit"},
            {"powerdns", "pdnsutil create-zone {zone}"},
            {"samba", "samba-tool dns zonecreate {server} {zone}"},
        },
    [KD_REMEDY_LIST] =
        {
            {"windows",
             "Correct DnsDomainPublishList under HKLM\\SOFTWARE\\Microsoft\\Windows "
             "NT\\CurrentVersion\\SoftwareProtectionPlatform: one DOMAIN[, PRIORITY, "
             "WEIGHT] a line. Then restart sppsvc."},
            {"any", "With every server: each entry must lie in a zone that takes updates."},
        },
    [KD_REMEDY_PUBLISH] =
        {
            {"windows", KD_FIX_ADD_WINDOWS},
            {"bind", KD_FIX_ADD_BIND},
            {"knot", KD_FIX_ADD_KNOT},
            {"powerdns", KD_FIX_ADD_POWERDNS},
            {"samba",
             "samba-tool dns add {server} {domain} {service} SRV '{target} {port} 0 0'"},
        },
    [KD_REMEDY_SUFFIX] =
        {
            {"windows", "Set-DnsClientGlobalSetting -SuffixSearchList @('{domain}')"},
            {"any",
             "With every server: give workgroup computers the domain by DHCP option 15."},
        },
    [KD_REMEDY_RESOLVER] =
        {
            {"windows",
             "Set-DnsClientServerAddress -InterfaceAlias <name> -ServerAddresses <addresses>"},
            {"bind", "allow-query and allow-recursion must let the clients in; rndc status."},
            {"knot",
             "Knot DNS does not resolve: name a resolver to the clients, by DHCP option "
             "6 too."},
            {"powerdns",
             "allow-from of the Recursor must let the clients in; rec_control ping."},
            {"samba", "dns forwarder in smb.conf must name a server that answers."},
        },
    [KD_REMEDY_PATH] =
        {
            {"windows", "Test-NetConnection {server} -Port 53"},
            {"any", "Open UDP and TCP port 53 between the computer and {server}, with messages "
                    "of any size, and let no device on the way rewrite DNS."},
        },
    [KD_REMEDY_SERVER] =
        {
            {"windows", "Get-DnsServerZone {zone}; events 4000, 4004, 4013 tell that the "
                        "directory was not there."},
            {"bind", "rndc zonestatus {zone}"},
            {"knot", "knotc zone-status {zone}"},
            {"powerdns", "pdnsutil check-zone {zone}"},
            {"samba", "samba-tool dns zoneinfo {server} {zone}"},
        },
    [KD_REMEDY_REPLICATION] =
        {
            {"windows", "repadmin /syncall /AdeP"},
            {"bind", "rndc retransfer {zone}"},
            {"knot", "knotc zone-refresh {zone}"},
            {"powerdns", "pdns_control retrieve {zone}"},
            {"samba", "samba-tool drs showrepl"},
        },
    [KD_REMEDY_ALIAS] =
        {
            {"windows",
             "Remove-DnsServerResourceRecord -ZoneName {zone} -Name {service} -RRType "
             "CName"},
            {"bind", "rndc freeze {zone}; put the SRV record in place of the CNAME; rndc thaw "
                     "{zone}"},
            {"knot",
             "knotc zone-begin {zone} && knotc zone-unset {zone} {service} CNAME && knotc "
             "zone-commit {zone}"},
            {"powerdns", "pdnsutil delete-rrset {zone} {service} CNAME"},
            {"samba", "samba-tool dns delete {server} {zone} {service} CNAME <alias>"},
        },
    [KD_REMEDY_ADDRESS] =
        {
            {"windows",
             "Add-DnsServerResourceRecordA -ZoneName {zone} -Name <host> -IPv4Address "
             "<address>"},
            {"bind", "{target} {ttl} IN A <address>"},
            {"knot",
             "knotc zone-begin {zone} && knotc zone-set {zone} <host> {ttl} A <address> "
             "&& knotc zone-commit {zone}"},
            {"powerdns", "pdnsutil add-record {zone} <host> A {ttl} <address>"},
            {"samba", "samba-tool dns add {server} {zone} <host> A <address>"},
        },
    [KD_REMEDY_REACH] =
        {
            {"windows", "On the host: Restart-Service sppsvc, and Enable-NetFirewallRule -Name "
                        "SPPSVC-In-TCP. Host gone: remove its SRV record."},
            {"bind", "Host gone: update delete {owner} SRV 0 0 {port} {target}"},
            {"knot", "Host gone: knotc zone-begin {zone} && knotc zone-unset {zone} {service} "
                     "SRV '0 0 {port} {target}' && knotc zone-commit {zone}"},
            {"powerdns", "Host gone: pdnsutil edit-zone {zone}"},
            {"samba",
             "Host gone: samba-tool dns delete {server} {zone} {service} SRV '{target} "
             "{port} 0 0'"},
        },
    [KD_REMEDY_PIN] =
        {
            {"windows", "cscript slmgr.vbs /ckms goes back to discovery and forgets the cached "
                        "host."},
            {"any", REM_NO_SERVER},
        },
    [KD_REMEDY_CACHE] =
        {
            {"windows",
             "ipconfig /flushdns on the client, Clear-DnsServerCache on its server."},
            {"bind", "rndc flushname {owner}"},
            {"knot", "Knot DNS keeps no cache: empty that of the resolver before it."},
            {"powerdns", "rec_control wipe-cache {owner}"},
            {"samba", "Empty the cache of the server in dns forwarder."},
        },
    [KD_REMEDY_HOST] =
        {
            {"windows", "Give the host a primary DNS suffix (netdom computername <host> "
                        "/enumerate shows its names), and an address record."},
            {"any",
             "With every server: the target of an SRV record needs an A or AAAA record."},
        },
    [KD_REMEDY_SWITCH] =
        {
            {"windows", "cscript slmgr.vbs /sdns, then Restart-Service sppsvc"},
            {"any", REM_NO_SERVER},
        },
    [KD_REMEDY_DIRECTORY] =
        {
            {"windows", "dcdiag /test:dns on the DNS server; check DomainDnsZones with dnscmd "
                        "/enumdirectorypartitions"},
            {"samba", "samba-tool dbcheck --cross-ncs"},
            {"any", "BIND, Knot and PowerDNS keep their zones in no directory."},
        },
    [KD_REMEDY_SIGN] =
        {
            {"windows", "Restart-Service DNS on the server, if it lost the security context."},
            {"any",
             "With every server: it signs what was signed; let no proxy or load balancer "
             "stand between."},
        },
    [KD_REMEDY_CLONE] =
        {
            {"windows", "On each clone: cscript slmgr.vbs /rearm, then restart. For good: "
                        "sysprep /generalize before the image is taken, without SkipRearm."},
            {"any", REM_NO_SERVER},
        },
    [KD_REMEDY_WINDOWS] = {{"any", REM_NO_SERVER}},
    [KD_REMEDY_LICENCE] = {{"any", "A matter of licensing, not of DNS."}},
};

const struct kd_fix *kd_remedy_fixes(kd_remedy remedy)
{
    return REMEDY[remedy];
}
