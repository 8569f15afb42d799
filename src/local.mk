# SPDX-License-Identifier: BSD-2-Clause
# Sources by floor, from the bottom up (docs/design.md).

noinst_LIBRARIES += libkmsdns.a
libkmsdns_a_SOURCES = \
	include/kmsdns/rules/client.h src/rules/client.c \
	include/kmsdns/rules/code_check.h src/rules/code_check.c src/rules/code_reasons.c \
	include/kmsdns/rules/explain.h src/rules/explain.c src/rules/explain_parts.h \
	src/rules/explain_near.c src/rules/explain_read.c src/rules/explain_tell.c \
	src/rules/explain_words.c src/rules/names.c src/rules/reasons.h src/rules/reasons.c \
	src/rules/remedies.c src/rules/topics.h src/rules/topics.c \
	include/kmsdns/render/explain.h src/render/json_parts.h src/render/json_explain.c \
	include/kmsdns/render/merge.h src/render/json_merge.c src/render/text_merge.h \
	src/render/text_merge.c src/render/text_merge_answer.c src/cmd/merge.c \
	src/render/text_code.c src/render/text_explain.c src/cmd/explain.c \
	src/rules/cmid.c src/rules/evt.c \
	src/render/text_events.c src/cmd/events.c \
	include/kmsdns/rules/codes.h src/rules/codes.c src/rules/codes_table.h \
	src/rules/codes_dns.c src/rules/codes_other.c src/rules/codes_win32.c \
	include/kmsdns/rules/rule.h src/rules/judge.c src/rules/registry.c \
	include/kmsdns/rules/cause.h src/rules/cause.c src/rules/cause_check.c \
	src/rules/cause_each.c src/rules/cause_words.c \
	src/rules/causes.h src/rules/cause_asked.c src/rules/cause_record.c \
	src/rules/cause_table.c src/rules/cause_target.c src/rules/cause_update.c \
	src/rules/cause_zone.c \
	src/rules/cand.c src/rules/reach.c src/rules/res.c src/rules/resdiff.c \
	src/rules/srv.c src/rules/srvset.c src/rules/tgt.c src/rules/ttl.c \
	src/rules/dhcp.c src/rules/reg.c src/rules/reghost.h src/rules/reghost.c src/rules/reglist.c \
	src/rules/zone.c src/rules/ns.c src/rules/upd.c src/rules/change.c \
	src/rules/key.c src/rules/host.c src/rules/case.h src/rules/case.c \
	src/rules/dialect.h src/rules/dialect.c src/rules/dialect_table.c \
	src/rules/fill.c src/rules/needs.c src/rules/hosts.c src/rules/limit.c \
	include/kmsdns/rules/metric.h src/rules/metric.c \
	include/kmsdns/rules/policy.h src/rules/policy.c \
	include/kmsdns/rules/merge.h src/rules/merge.c src/rules/merge_answers.c src/rules/merge_compare.c \
	src/rules/merge_since.c \
	src/rules/merge_digest.c src/rules/merge_finish.c src/rules/merge_parts.h \
	src/rules/look.h src/rules/look.c src/rules/route.h src/rules/route.c src/rules/tables.h \
	include/kmsdns/rules/service.h src/rules/service.c \
	include/kmsdns/async/connect.h src/async/connect.c \
	include/kmsdns/async/loop.h src/async/loop.c \
	include/kmsdns/async/op.h src/async/op.c \
	include/kmsdns/async/pause.h src/async/pause.c \
	include/kmsdns/async/query.h src/async/query.c \
	src/async/channel.h src/async/channel.c \
	include/kmsdns/async/exchange.h src/async/exchange.c \
	src/async/exact.h src/async/exact.c src/async/exact_leaf.h src/async/exact_leaf.c src/async/exact_tcp.c \
	src/async/internal.h src/async/gate.c \
	src/async/server.h src/async/server.c \
	src/async/tries.h src/async/tries.c \
	include/kmsdns/collect/candidates.h src/collect/candidates.c \
	include/kmsdns/collect/discover.h src/collect/discover.c \
	include/kmsdns/collect/system.h src/collect/system.c \
	src/collect/note.h src/collect/note.c \
	src/collect/host.c \
	src/collect/message.h src/collect/message.c \
	include/kmsdns/collect/change.h src/collect/change.h src/collect/apply.c src/collect/plan.c \
	src/collect/write_test.c \
	include/kmsdns/collect/primary.h src/collect/primary.c src/collect/right.c \
	src/collect/run.h src/collect/run.c \
	src/collect/target.c src/collect/view.c src/collect/zone.c \
	include/kmsdns/base/addr.h src/base/addr.c \
	include/kmsdns/base/arena.h src/base/arena.c \
	include/kmsdns/base/buf.h src/base/buf.c \
	include/kmsdns/base/clock.h src/base/clock.c \
	include/kmsdns/base/index.h src/base/index.c \
	include/kmsdns/base/mem.h src/base/mem.c \
	include/kmsdns/base/near.h src/base/near.c \
	include/kmsdns/base/num.h src/base/num.c \
	include/kmsdns/base/range.h src/base/range.c \
	include/kmsdns/base/rng.h src/base/rng.c \
	include/kmsdns/base/secret.h src/base/secret.c \
	include/kmsdns/base/status.h src/base/status.c \
	src/cmd/cmd.h src/cmd/confirm.c src/cmd/diagnose.c src/cmd/fail.c src/cmd/help.c \
	src/cmd/option_needs.c \
	src/cmd/option_table.h src/cmd/option_table.c src/cmd/option_check.c src/cmd/option_evidence.c \
	src/cmd/check.c src/cmd/extra_opts.h src/cmd/extra_opts.c src/cmd/file_load.h src/cmd/file_load.c \
	src/cmd/guard.h src/cmd/guard.c src/cmd/verb_table.c \
	src/cmd/option_value.h src/cmd/option_value.c \
	src/cmd/options.h src/cmd/options.c src/cmd/options_face.c \
	src/cmd/evidence.h src/cmd/evidence.c src/cmd/evidence_use.c src/cmd/registry.c \
	src/cmd/json_file.h src/cmd/json_file.c \
	src/cmd/option_judge.c src/cmd/output.c src/cmd/policy_file.h src/cmd/policy_file.c src/cmd/policy_choose.c \
	src/cmd/record.h src/cmd/record.c src/cmd/report.c \
	src/cmd/publish.c \
	src/cmd/session.h src/cmd/session.c \
	src/cmd/style.c \
	src/cmd/textfile.c \
	src/cmd/undo_file.h src/cmd/undo_file.c \
	src/cmd/version.c \
	include/kmsdns/dns/key.h src/dns/key_parts.h src/dns/key.c \
	src/dns/key_bind.c src/dns/key_file.c src/dns/key_knot.c src/dns/key_private.c \
	include/kmsdns/dns/chaos.h src/dns/chaos.c \
	include/kmsdns/dns/msg.h src/dns/msg.c src/dns/msg_outcome.c \
	include/kmsdns/dns/name.h src/dns/name.c \
	include/kmsdns/dns/outcome.h src/dns/outcome.c \
	include/kmsdns/dns/publist.h src/dns/publist.c \
	include/kmsdns/dns/serial.h src/dns/serial.c \
	include/kmsdns/dns/signer.h src/dns/signer.c src/dns/tsig.c \
	include/kmsdns/dns/srv.h src/dns/srv.c \
	include/kmsdns/dns/update.h src/dns/update.c \
	src/dns/update_kind.h src/dns/update_text.c \
	include/kmsdns/dns/usual.h \
	include/kmsdns/dns/version.h src/dns/version.c \
	src/dns/wire.h src/dns/wire.c \
	include/kmsdns/async/dhcp.h src/async/dhcp.c src/async/dhcp_socket.c \
	include/kmsdns/collect/dhcp.h src/collect/dhcp.c \
	include/kmsdns/import/decode.h src/import/decode.c \
	include/kmsdns/import/dhcp_msg.h src/import/dhcp_msg.c \
	include/kmsdns/import/ipconfig.h src/import/ipconfig.c \
	include/kmsdns/import/lease.h src/import/lease.c \
	src/import/lease_field.h src/import/lease_field.c \
	include/kmsdns/import/events.h src/import/events.c \
	src/import/evtx.h src/import/evtx.c src/import/evtx_child.h src/import/evtx_child.c \
	src/import/host.c \
	src/import/listing.c src/import/note.c \
	src/import/record.h src/import/record.c src/import/sku.c src/import/state.h \
	src/import/stream.h src/import/stream.c \
	src/import/table.h src/import/table.c src/import/timeline.c \
	src/import/when.h src/import/when.c \
	src/import/xml.h src/import/xml.c \
	include/kmsdns/facts/events.h src/facts/events.c src/facts/fields_events.c \
	include/kmsdns/import/reg.h src/import/hive.c src/import/reg.c \
	src/import/reg_data.h src/import/reg_data.c src/import/reg_facts.c \
	src/import/reg_reader.h src/import/reg_value.c src/import/reg_write.c \
	include/kmsdns/facts/dhcp.h src/facts/fields_dhcp.c \
	include/kmsdns/facts/facts.h src/facts/facts.c \
	include/kmsdns/facts/registry.h src/facts/evidence.c src/facts/fields_registry.c \
	include/kmsdns/facts/json.h src/facts/json.c \
	src/facts/fields.h src/facts/fields.c src/facts/rows.h src/facts/fields_zone.c \
	include/kmsdns/facts/right.h src/facts/right.c \
	include/kmsdns/facts/zone.h \
	src/facts/json_value.h src/facts/json_value.c src/facts/json_read.c \
	include/kmsdns/facts/anonymize.h src/facts/anonymize.c src/facts/anonymize_text.h \
	src/facts/anonymize_text.c \
	include/kmsdns/render/wrap.h src/render/wrap.c \
	src/render/text.h src/render/text.c src/render/text_client.c src/render/text_domain.c src/render/text_evidence.c \
	src/render/text_cause.c src/render/text_change.c src/render/text_finding.c src/render/text_host.c \
	src/render/text_layout.c src/render/text_update.c src/render/text_zone.c \
	include/kmsdns/render/render.h src/render/format.c src/render/json.c \
	src/render/nagios.c src/render/perfdata.h src/render/perfdata.c \
	src/render/exposition.h src/render/exposition.c \
	src/render/openmetrics.h src/render/openmetrics.c src/render/openmetrics_run.c \
	src/render/openmetrics_seen.c

KD_LIBS = $(CARES_LIBS) $(LDNS_LIBS) $(UV_LIBS) $(JANSSON_LIBS) $(IDN2_LIBS) $(CRYPTO_LIBS) $(HIVEX_LIBS) $(EXPAT_LIBS) $(EVTX_LIBS)

bin_PROGRAMS += kmsdns
kmsdns_SOURCES = src/cmd/main.c
kmsdns_LDADD = libkmsdns.a $(KD_LIBS)

# The plugin is the same program by another name.
all-local: check_kmsdns
check_kmsdns: kmsdns$(EXEEXT)
	$(AM_V_GEN)rm -f $@ && $(LN_S) kmsdns$(EXEEXT) $@
CLEANFILES += check_kmsdns
install-exec-hook:
	cd $(DESTDIR)$(bindir) && rm -f check_kmsdns && $(LN_S) kmsdns$(EXEEXT) check_kmsdns
uninstall-hook:
	rm -f $(DESTDIR)$(bindir)/check_kmsdns
