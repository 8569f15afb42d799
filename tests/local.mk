# SPDX-License-Identifier: BSD-2-Clause
# Unit tests (cmocka, TAP) and scenario tests (Python against real servers, TAP).

unit_tests =
unit_tests += tests/unit/test_anonymize
unit_tests += tests/unit/test_base
unit_tests += tests/unit/test_causes
unit_tests += tests/unit/test_dhcp_msg
unit_tests += tests/unit/test_code_check
unit_tests += tests/unit/test_codes
unit_tests += tests/unit/test_events_import
unit_tests += tests/unit/test_events_rules
unit_tests += tests/unit/test_events_when
unit_tests += tests/unit/test_explain
unit_tests += tests/unit/test_facts_damage
unit_tests += tests/unit/test_facts_json
unit_tests += tests/unit/test_key
unit_tests += tests/unit/test_lease
unit_tests += tests/unit/test_merge
unit_tests += tests/unit/test_merge_input
unit_tests += tests/unit/test_merge_since
unit_tests += tests/unit/test_metric
unit_tests += tests/unit/test_msg
unit_tests += tests/unit/test_msg_outcome
unit_tests += tests/unit/test_name
unit_tests += tests/unit/test_op
unit_tests += tests/unit/test_openmetrics
unit_tests += tests/unit/test_options
unit_tests += tests/unit/test_options_publish
unit_tests += tests/unit/test_policy
unit_tests += tests/unit/test_range
unit_tests += tests/unit/test_reg
unit_tests += tests/unit/test_report_damage
unit_tests += tests/unit/test_render_json
unit_tests += tests/unit/test_render_text
unit_tests += tests/unit/test_render_zone
unit_tests += tests/unit/test_srv
unit_tests += tests/unit/test_tsig
unit_tests += tests/unit/test_update
unit_tests += tests/unit/test_undo_file
unit_tests += tests/unit/test_client
unit_tests += tests/unit/test_ipconfig
unit_tests += tests/unit/test_judge
unit_tests += tests/unit/test_dialect
unit_tests += tests/unit/test_right
unit_tests += tests/unit/test_rules
unit_tests += tests/unit/test_rules_update

check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
TEST_EXTENSIONS = .py .sh

# what every test links with; a test's source is its own name with .c
LDADD = libkmsdns.a $(KD_LIBS) $(CMOCKA_LIBS)

AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	KMSDNS_BUILDDIR='$(abs_builddir)'; export KMSDNS_BUILDDIR; \
	KMSDNS_SRCDIR='$(abs_srcdir)'; export KMSDNS_SRCDIR; \
	PYTHON='$(PYTHON)'; export PYTHON; \
	PYTHONDONTWRITEBYTECODE=1; export PYTHONDONTWRITEBYTECODE;
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
PY_LOG_DRIVER = $(LOG_DRIVER)
PY_LOG_COMPILER = $(PYTHON)

# scenario tests against real servers; each is a TAP script of its own
scenario_tests = \
	tests/scenario/test_budget.py \
	tests/scenario/test_causes.py \
	tests/scenario/test_check.py \
	tests/scenario/test_check_domains.py \
	tests/scenario/test_check_hang.py \
	tests/scenario/test_check_packets.py \
	tests/scenario/test_cli.py \
	tests/scenario/test_dialects.py \
	tests/scenario/test_dhcp.py \
	tests/scenario/test_dig.py \
	tests/scenario/test_events.py \
	tests/scenario/test_explain.py \
	tests/scenario/test_hostile.py \
	tests/scenario/test_icinga.py \
	tests/scenario/test_limits.py \
	tests/scenario/test_merge.py \
	tests/scenario/test_merge_odd.py \
	tests/scenario/test_nagios.py \
	tests/scenario/test_narrow_rules.py \
	tests/scenario/test_preflight.py \
	tests/scenario/test_prometheus.py \
	tests/scenario/test_publish.py \
	tests/scenario/test_publish_faults.py \
	tests/scenario/test_publish_odd.py \
	tests/scenario/test_report.py \
	tests/scenario/test_registry.py \
	tests/scenario/test_resolver.py \
	tests/scenario/test_servers.py \
	tests/scenario/test_textfile.py \
	tests/scenario/test_wire.py \
	tests/scenario/test_tsig_wire.py \
	tests/scenario/test_zones.py
scenario_parts = \
	tests/scenario/checking.py \
	tests/scenario/corp.py \
	tests/scenario/demo.py \
	tests/scenario/dialects.py \
	tests/scenario/dhcp_stub.py \
	tests/scenario/digging.py \
	tests/scenario/expect.py \
	tests/scenario/exposition.py \
	tests/scenario/hanging_fs.py \
	tests/scenario/hive.py \
	tests/scenario/icinga_lab.py \
	tests/scenario/lab.py \
	tests/scenario/machines.py \
	tests/scenario/merging.py \
	tests/scenario/misbehave.py \
	tests/scenario/monitoring_doc.py \
	tests/scenario/packets.py \
	tests/scenario/responder.py \
	tests/scenario/run.py \
	tests/scenario/tap.py \
	tests/scenario/units.py \
	tests/scenario/upd_bind.py \
	tests/scenario/upd_knot.py \
	tests/scenario/upd_nsd.py \
	tests/scenario/upd_pdns.py \
	tests/scenario/upd_probe.py \
	tests/scenario/upd_samba.py \
	tests/scenario/upd_stub.py \
	tests/scenario/upd_tsig.py \
	tests/scenario/updlab.py \
	tests/scenario/updrun.py \
	tests/scenario/wire.py
test_zones = \
	testzones/SRV-ABSENT-DOMAIN.zone \
	testzones/SRV-ABSENT-NODATA.zone \
	testzones/SRV-ABSENT.zone \
	testzones/SRV-ALIAS-DNAME.zone \
	testzones/SRV-ALIAS.zone \
	testzones/SRV-DUPLICATE.zone \
	testzones/SRV-PORT-ODD.zone \
	testzones/SRV-PORT-ZERO.zone \
	testzones/SRV-TRUNCATED.zone \
	testzones/SRV-TYPO-DOUBLED.zone \
	testzones/SRV-TYPO-KMS.zone \
	testzones/SRV-TYPO-UDP.zone \
	testzones/SRV-TYPO-UNDERSCORE.zone \
	testzones/SRV-TYPO.zone \
	testzones/SRV-WEIGHTS.zone \
	testzones/SRV-WILDCARD-ALL.zone \
	testzones/SRV-WILDCARD.zone \
	testzones/TGT-ADDRESS-BAD-V6.zone \
	testzones/TGT-ADDRESS-BAD.zone \
	testzones/TGT-ALIAS.zone \
	testzones/TGT-CLOSED-ONE.zone \
	testzones/TGT-CLOSED.zone \
	testzones/TGT-DOUBLED.zone \
	testzones/TGT-FAMILY.zone \
	testzones/TGT-IP-LITERAL-RELATIVE.zone \
	testzones/TGT-IP-LITERAL.zone \
	testzones/TGT-NO-ADDRESS-NXDOMAIN.zone \
	testzones/TGT-NO-ADDRESS.zone \
	testzones/TGT-ROOT.zone \
	testzones/TGT-SHORT.zone \
	testzones/TTL-LONG.zone \
	testzones/TTL-NEGATIVE.zone \
	testzones/TTL-UNUSUAL.zone \
	testzones/TTL-ZERO.zone \
	testzones/healthy.zone \
	testzones/root.zone \
	testzones/single-label.zone
packet_files = \
	tests/data/packets/absent.json \
	tests/data/packets/alias.json \
	tests/data/packets/expect-host.json \
	tests/data/packets/expected.json \
	tests/data/packets/healthy.json \
	tests/data/packets/no-address.json \
	tests/data/packets/port-zero.json \
	tests/data/packets/root.json \
	tests/data/packets/ttl-long.json \
	tests/data/packets/typo.json \
	tests/data/packets/weights.json
TESTS += $(scenario_tests)
EXTRA_DIST += $(packet_files)
EXTRA_DIST += $(scenario_tests) $(scenario_parts) $(test_zones) tests/bench/bench_discover.py
EXTRA_DIST += tests/bench/bench_check.py tests/bench/bench_explain.py
EXTRA_DIST += tests/bench/bench_icinga.py

tests_unit_test_msg_SOURCES = tests/unit/test_msg.c tests/unit/msg_fixture.h
tests_unit_test_msg_outcome_SOURCES = tests/unit/test_msg_outcome.c tests/unit/msg_fixture.h
tests_unit_test_tsig_SOURCES = tests/unit/test_tsig.c tests/unit/tsig_vectors.h
EXTRA_DIST += tests/unit/make_tsig_vectors.py

# fuzz targets, replayed on their corpora; make_corpus.py writes the files
check_PROGRAMS += tests/fuzz/replay_msg
tests_fuzz_replay_msg_SOURCES = \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_main.c tests/fuzz/fuzz_msg.c
TESTS += tests/fuzz/msg.sh
corpus_msg = \
	tests/fuzz/corpus/msg/badvers_extended.bin \
	tests/fuzz/corpus/msg/cname_chain.bin \
	tests/fuzz/corpus/msg/cname_loop.bin \
	tests/fuzz/corpus/msg/counts_lie.bin \
	tests/fuzz/corpus/msg/dname_grows.bin \
	tests/fuzz/corpus/msg/dname_synthesized.bin \
	tests/fuzz/corpus/msg/hostile_labels.bin \
	tests/fuzz/corpus/msg/nodata_soa.bin \
	tests/fuzz/corpus/msg/nxdomain_soa.bin \
	tests/fuzz/corpus/msg/pointer_past_end.bin \
	tests/fuzz/corpus/msg/pointer_to_itself.bin \
	tests/fuzz/corpus/msg/referral.bin \
	tests/fuzz/corpus/msg/refused_header_only.bin \
	tests/fuzz/corpus/msg/soa_rdata_cut.bin \
	tests/fuzz/corpus/msg/srv_rdata_cut.bin \
	tests/fuzz/corpus/msg/srv_two_hosts.bin \
	tests/fuzz/corpus/msg/truncated_flag.bin \
	tests/fuzz/corpus/msg/ttl_high_bit.bin \
	tests/fuzz/corpus/msg/txt_many_strings.bin
EXTRA_DIST += tests/fuzz/msg.sh tests/fuzz/make_corpus.py $(corpus_msg)

check_PROGRAMS += tests/fuzz/replay_options
tests_fuzz_replay_options_SOURCES = \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_main.c tests/fuzz/fuzz_options.c
TESTS += tests/fuzz/options.sh
corpus_options = \
	tests/fuzz/corpus/options/ini_bracket.txt \
	tests/fuzz/corpus/options/ini_comment.txt \
	tests/fuzz/corpus/options/ini_crlf.txt \
	tests/fuzz/corpus/options/ini_deep.txt \
	tests/fuzz/corpus/options/ini_early.txt \
	tests/fuzz/corpus/options/ini_empty_value.txt \
	tests/fuzz/corpus/options/ini_good.txt \
	tests/fuzz/corpus/options/ini_mark.txt \
	tests/fuzz/corpus/options/ini_no_domain.txt \
	tests/fuzz/corpus/options/ini_nul.txt \
	tests/fuzz/corpus/options/ini_open.txt \
	tests/fuzz/corpus/options/line_command.txt \
	tests/fuzz/corpus/options/line_mode.txt \
	tests/fuzz/corpus/options/line_plugin.txt \
	tests/fuzz/corpus/options/line_range.txt \
	tests/fuzz/corpus/options/line_state_blank.txt \
	tests/fuzz/corpus/options/line_values.txt
EXTRA_DIST += tests/fuzz/options.sh $(corpus_options)

check_PROGRAMS += tests/fuzz/replay_key tests/fuzz/replay_tsig
tests_fuzz_replay_key_SOURCES = \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_main.c tests/fuzz/fuzz_key.c
tests_fuzz_replay_tsig_SOURCES = \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_main.c tests/fuzz/fuzz_tsig.c
TESTS += tests/fuzz/key.sh tests/fuzz/tsig.sh
corpus_key = \
	tests/fuzz/corpus/key/bind.bin \
	tests/fuzz/corpus/key/bind_comments.bin \
	tests/fuzz/corpus/key/bind_open_comment.bin \
	tests/fuzz/corpus/key/bind_open_quote.bin \
	tests/fuzz/corpus/key/bind_two.bin \
	tests/fuzz/corpus/key/knot_line.bin \
	tests/fuzz/corpus/key/knot_name_only.bin \
	tests/fuzz/corpus/key/knot_yaml.bin \
	tests/fuzz/corpus/key/knot_yaml_two.bin \
	tests/fuzz/corpus/key/padding.bin \
	tests/fuzz/corpus/key/private.bin
corpus_tsig = \
	tests/fuzz/corpus/tsig/after_opt.bin \
	tests/fuzz/corpus/tsig/badkey.bin \
	tests/fuzz/corpus/tsig/badtime.bin \
	tests/fuzz/corpus/tsig/compressed_owner.bin \
	tests/fuzz/corpus/tsig/counts_lie.bin \
	tests/fuzz/corpus/tsig/cut_to_15.bin \
	tests/fuzz/corpus/tsig/cut_to_16.bin \
	tests/fuzz/corpus/tsig/echoed_message.bin \
	tests/fuzz/corpus/tsig/good.bin \
	tests/fuzz/corpus/tsig/too_long_by_1.bin \
	tests/fuzz/corpus/tsig/two_records.bin \
	tests/fuzz/corpus/tsig/unsigned_header_only.bin
EXTRA_DIST += tests/fuzz/key.sh tests/fuzz/tsig.sh tests/fuzz/make_corpus_tsig.py
EXTRA_DIST += $(corpus_key) $(corpus_tsig)

# signs and verifies for a script that carries the bytes to real servers
check_PROGRAMS += tests/tools/tsig_exchange
EXTRA_DIST += tests/unit/advice_fixture.h tests/unit/arena_fixture.h
EXTRA_DIST += tests/unit/facts_fixture.h tests/unit/golden.h tests/unit/merge_fixture.h tests/unit/options_fixture.h tests/unit/zone_fixture.h tests/data/report-0.1.json

# manual and help against each other; includes against the floors
TESTS += tests/docs/man.sh tests/style/floors.sh tests/style/source.sh
EXTRA_DIST += tests/docs/man.sh tests/style/floors.sh tests/style/source.sh

# what the renderers are compared with
EXTRA_DIST += \
	tests/golden/absent.txt \
	tests/golden/disagree-v.txt \
	tests/golden/disagree-vv.txt \
	tests/golden/disagree.txt \
	tests/golden/discover.txt \
	tests/golden/failed.prom \
	tests/golden/healthy-color.txt \
	tests/golden/healthy.txt \
	tests/golden/hostile-ascii.txt \
	tests/golden/hostile.txt \
	tests/golden/merge-color.txt \
	tests/golden/merge-v.txt \
	tests/golden/merge.txt \
	tests/golden/nothing.txt \
	tests/golden/preflight-go-color.txt \
	tests/golden/preflight-go.txt \
	tests/golden/preflight-hostless.txt \
	tests/golden/preflight-no-go.txt \
	tests/golden/preflight-unproved.txt \
	tests/golden/publish-plan.txt \
	tests/golden/run.prom \
	tests/golden/undo-followed.txt \
	tests/golden/unpublish-outcomes.txt \
	tests/golden/zone-diagnose.txt \
	tests/golden/zone-hostile.txt

# findings: the documents of each rule, and the page that is printed from the tables
include $(srcdir)/tests/data/events.mk
include $(srcdir)/tests/data/registry.mk
include $(srcdir)/tests/rules/local.mk
include $(srcdir)/tests/causes/local.mk
check_PROGRAMS += tests/tools/findings_doc tests/tools/findings_man tests/tools/icinga_conf
TESTS += tests/docs/findings.sh tests/docs/icinga.sh
EXTRA_DIST += tests/data/codes.txt
EXTRA_DIST += tests/docs/findings.sh tests/docs/icinga.sh tests/unit/rules_fixture.h

update-docs: tests/tools/findings_doc tests/tools/findings_man tests/tools/icinga_conf
	tests/tools/icinga_conf$(EXEEXT) >$(srcdir)/contrib/icinga2/kmsdns-command.conf
	tests/tools/findings_doc$(EXEEXT) >$(srcdir)/docs/findings.md
	tests/tools/findings_doc$(EXEEXT) --codes >$(srcdir)/docs/codes.md
	tests/tools/findings_man$(EXEEXT) >$(srcdir)/docs/kmsdns-findings.7
	rm -f $(srcdir)/docs/findings/*.md
	mkdir -p $(srcdir)/docs/findings
	tests/tools/findings_doc$(EXEEXT) --pages $(srcdir)/docs/findings
.PHONY: update-docs
