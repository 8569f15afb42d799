/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_RULES_REGHOST_H
#define KMSDNS_RULES_REGHOST_H

#include "kmsdns/facts/facts.h"

/*
 * Readings of registry facts that the rules about hosts share. Each file is taken for one
 * computer. Strings that are returned live in the facts' arena.
 */

#define KD_REG_LIST_NAME "DnsDomainPublishList"
#define KD_REG_PORT_NAME "KeyManagementServiceListeningPort"

#define KD_SRC_REGISTRY \
    "Microsoft, \"Registry Settings for Volume Activation\" (dn502532); " KD_SRC_GUIDE
#define KD_HOW_REGISTRY                                                   \
    "reg query \"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\" \
    "SoftwareProtectionPlatform\""

/* One file, as the computer it came from. */
struct kd_reg_computer {
    const struct kd_facts *facts;
    const char *file;
    kd_reg_generation generation; /* whose key this Windows reads; NONE when nobody can tell */
    const char *name;             /* its full name, canonical; NULL when unknown */
    const char *home;             /* its own domain, canonical; NULL when unknown */
};

/** The computer that file number n of facts->registry came from. */
struct kd_reg_computer kd_reg_host_of(const struct kd_facts *facts, size_t n);

/** The last value of a name in a file, for the whole machine; NULL if there is none. */
const struct kd_reg_value_fact *kd_reg_host_find(const struct kd_facts *facts, const char *file,
                                                 kd_reg_area area, const char *name);

/** The same of the licensing key that this Windows reads. */
const struct kd_reg_value_fact *kd_reg_host_licensing(const struct kd_reg_computer *host,
                                                      kd_reg_scope scope, const char *name);

/** "kms01.corp.example. (host.reg)" */
const char *kd_reg_host_subject(const struct kd_reg_computer *host);

/** "host.reg, line 7" */
const char *kd_reg_host_where(const struct kd_facts *facts,
                              const struct kd_reg_value_fact *value);

#endif
