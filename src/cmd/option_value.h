/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_CMD_OPTION_VALUE_H
#define KMSDNS_CMD_OPTION_VALUE_H

#include "option_table.h"

/*
 * Readers of option values, the handlers of the table's rows. Each reads value into its members
 * of options; the error names the value and what was expected, not the option.
 */

kd_option_fn kd_option_value_client;
kd_option_fn kd_option_value_code;
kd_option_fn kd_option_value_color;
kd_option_fn kd_option_value_computer;
kd_option_fn kd_option_value_dhcp;
kd_option_fn kd_option_value_dns_port;
kd_option_fn kd_option_value_domain;
kd_option_fn kd_option_value_domains;
kd_option_fn kd_option_value_dump_policy;
kd_option_fn kd_option_value_evidence;
kd_option_fn kd_option_value_expect_host;
kd_option_fn kd_option_value_extra_opts;
kd_option_fn kd_option_value_fail_level;
kd_option_fn kd_option_value_format;
kd_option_fn kd_option_value_help;
kd_option_fn kd_option_value_host;
kd_option_fn kd_option_value_key_file;
kd_option_fn kd_option_value_limit;
kd_option_fn kd_option_value_match;
kd_option_fn kd_option_value_mode;
kd_option_fn kd_option_value_output;
kd_option_fn kd_option_value_policy;
kd_option_fn kd_option_value_publish_list;
kd_option_fn kd_option_value_record;
kd_option_fn kd_option_value_reg_generation;
kd_option_fn kd_option_value_resolver;
kd_option_fn kd_option_value_search_list;
kd_option_fn kd_option_value_seed;
kd_option_fn kd_option_value_server;
kd_option_fn kd_option_value_service;
kd_option_fn kd_option_value_since;
kd_option_fn kd_option_value_textfile;
kd_option_fn kd_option_value_timeout;
kd_option_fn kd_option_value_timeout_result;
kd_option_fn kd_option_value_undo_file;
kd_option_fn kd_option_value_until;
kd_option_fn kd_option_value_vantage;
kd_option_fn kd_option_value_version;
kd_option_fn kd_option_value_write_reg;

/** The refusal of a secret on the command line; KD_EINVAL. It repeats nothing of it. */
kd_status kd_option_value_secret(struct kd_err *err);

#endif
