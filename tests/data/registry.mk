# SPDX-License-Identifier: BSD-2-Clause
# Registry exports, leases and ipconfig output: samples, and the replay of their parsers' corpora.

data_registry = \
	tests/data/reg/host-nobom.reg \
	tests/data/reg/host-regedit4.reg \
	tests/data/reg/host-utf16be.reg \
	tests/data/reg/host-utf8.reg \
	tests/data/reg/host-utf8bom.reg \
	tests/data/reg/host.reg
data_lease = \
	tests/data/lease/dhclient.leases \
	tests/data/lease/dhcpcd.txt \
	tests/data/lease/networkd.json \
	tests/data/lease/networkd.lease \
	tests/data/lease/networkmanager.lease \
	tests/data/lease/nmcli-f.txt \
	tests/data/lease/nmcli-g.txt
data_ipconfig = \
	tests/data/ipconfig/english-utf16.txt \
	tests/data/ipconfig/english.txt \
	tests/data/ipconfig/french-cp850.txt \
	tests/data/ipconfig/french.txt \
	tests/data/ipconfig/german-utf16-nobom.txt \
	tests/data/ipconfig/german.txt \
	tests/data/ipconfig/italian.txt \
	tests/data/ipconfig/japanese-utf8.txt \
	tests/data/ipconfig/japanese.txt \
	tests/data/ipconfig/portuguese.txt

check_PROGRAMS += tests/fuzz/replay_dhcp tests/fuzz/replay_ipconfig tests/fuzz/replay_lease \
	tests/fuzz/replay_reg
tests_fuzz_replay_dhcp_SOURCES = \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_main.c tests/fuzz/fuzz_dhcp.c
tests_fuzz_replay_ipconfig_SOURCES = \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_main.c tests/fuzz/fuzz_ipconfig.c
tests_fuzz_replay_lease_SOURCES = \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_main.c tests/fuzz/fuzz_lease.c
tests_fuzz_replay_reg_SOURCES = \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_main.c tests/fuzz/fuzz_reg.c
TESTS += tests/fuzz/dhcp.sh tests/fuzz/ipconfig.sh tests/fuzz/lease.sh tests/fuzz/reg.sh
EXTRA_DIST += tests/fuzz/dhcp.sh tests/fuzz/ipconfig.sh tests/fuzz/lease.sh tests/fuzz/reg.sh
EXTRA_DIST += $(data_registry) $(data_lease) $(data_ipconfig) $(corpus_evidence)

corpus_evidence = \
	tests/fuzz/corpus/dhcp/length_missing.bin \
	tests/fuzz/corpus/dhcp/length_past_end.bin \
	tests/fuzz/corpus/dhcp/overload_bad.bin \
	tests/fuzz/corpus/dhcp/plain.bin \
	tests/fuzz/corpus/dhcp/search_compressed.bin \
	tests/fuzz/corpus/dhcp/search_loop.bin \
	tests/fuzz/corpus/dhcp/search_split.bin \
	tests/fuzz/corpus/dhcp/server_short.bin \
	tests/fuzz/corpus/dhcp/split_overload.bin \
	tests/fuzz/corpus/dhcp/whole_ack.bin \
	tests/fuzz/corpus/ipconfig/heading_only.txt \
	tests/fuzz/corpus/ipconfig/no_indent.txt \
	tests/fuzz/corpus/ipconfig/tabs.txt \
	tests/fuzz/corpus/ipconfig/values_without_field.txt \
	tests/fuzz/corpus/ipconfig/wide_colon.txt \
	tests/fuzz/corpus/lease/dhclient_escapes.txt \
	tests/fuzz/corpus/lease/dhclient_nul.txt \
	tests/fuzz/corpus/lease/dhclient_open.txt \
	tests/fuzz/corpus/lease/json_cut.txt \
	tests/fuzz/corpus/lease/json_deep.txt \
	tests/fuzz/corpus/lease/networkd_crlf.txt \
	tests/fuzz/corpus/lease/nmcli_pipe.txt \
	tests/fuzz/corpus/lease/shell_quotes.txt \
	tests/fuzz/corpus/reg/broken_off.reg \
	tests/fuzz/corpus/reg/default_value.reg \
	tests/fuzz/corpus/reg/deletions.reg \
	tests/fuzz/corpus/reg/empty_list.reg \
	tests/fuzz/corpus/reg/escapes.reg \
	tests/fuzz/corpus/reg/foreign.txt \
	tests/fuzz/corpus/reg/half_pair.reg \
	tests/fuzz/corpus/reg/long_type.reg \
	tests/fuzz/corpus/reg/multi_line.reg \
	tests/fuzz/corpus/reg/no_backslash.reg \
	tests/fuzz/corpus/reg/no_terminator.reg \
	tests/fuzz/corpus/reg/odd_bytes.reg \
	tests/fuzz/corpus/reg/open_text.reg \
	tests/fuzz/corpus/reg/regedit4_latin1.reg \
	tests/fuzz/corpus/reg/surrogate.reg \
	tests/fuzz/corpus/reg/wrong_hex.reg
