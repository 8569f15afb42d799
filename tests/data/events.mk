# SPDX-License-Identifier: BSD-2-Clause
# Event logs: the generator of samples, and the replay of their parsers' corpora.

check_PROGRAMS += tests/fuzz/replay_events_text tests/fuzz/replay_events_xml tests/fuzz/replay_evtx
tests_fuzz_replay_events_text_SOURCES = \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_events.h tests/fuzz/fuzz_main.c tests/fuzz/fuzz_events_text.c
tests_fuzz_replay_events_xml_SOURCES = \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_events.h tests/fuzz/fuzz_main.c tests/fuzz/fuzz_events_xml.c
tests_fuzz_replay_evtx_SOURCES = \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_events.h tests/fuzz/fuzz_main.c tests/fuzz/fuzz_evtx.c
TESTS += tests/fuzz/events_text.sh tests/fuzz/events_xml.sh tests/fuzz/evtx.sh
EXTRA_DIST += tests/fuzz/events_text.sh tests/fuzz/events_xml.sh tests/fuzz/evtx.sh \
	tests/fuzz/make_events_corpus.py tests/data/events/make_events.py \
	tests/bench/bench_events.py $(corpus_events)

corpus_events = \
	tests/fuzz/corpus/events_text/bad-list.txt \
	tests/fuzz/corpus/events_text/csv.txt \
	tests/fuzz/corpus/events_text/cut.txt \
	tests/fuzz/corpus/events_text/german-ansi.txt \
	tests/fuzz/corpus/events_text/heading.txt \
	tests/fuzz/corpus/events_text/listing-cut.txt \
	tests/fuzz/corpus/events_text/listing-no-id.txt \
	tests/fuzz/corpus/events_text/listing.txt \
	tests/fuzz/corpus/events_text/name-with-nul.txt \
	tests/fuzz/corpus/events_text/odd-byte.txt \
	tests/fuzz/corpus/events_text/open-quote.txt \
	tests/fuzz/corpus/events_text/quotes-doubled.txt \
	tests/fuzz/corpus/events_text/surrogates.txt \
	tests/fuzz/corpus/events_text/tab.txt \
	tests/fuzz/corpus/events_text/unquoted.txt \
	tests/fuzz/corpus/events_text/utf16.txt \
	tests/fuzz/corpus/events_xml/bare.xml \
	tests/fuzz/corpus/events_xml/between.xml \
	tests/fuzz/corpus/events_xml/cut.xml \
	tests/fuzz/corpus/events_xml/damaged.xml \
	tests/fuzz/corpus/events_xml/deep.xml \
	tests/fuzz/corpus/events_xml/doctype.xml \
	tests/fuzz/corpus/events_xml/entity.xml \
	tests/fuzz/corpus/events_xml/many-data.xml \
	tests/fuzz/corpus/events_xml/no-id.xml \
	tests/fuzz/corpus/events_xml/prefix.xml \
	tests/fuzz/corpus/events_xml/root.xml \
	tests/fuzz/corpus/events_xml/utf16.xml \
	tests/fuzz/corpus/evtx/cut.evtx \
	tests/fuzz/corpus/evtx/header.evtx \
	tests/fuzz/corpus/evtx/reader-dies.evtx \
	tests/fuzz/corpus/evtx/short.evtx \
	tests/fuzz/corpus/evtx/sizes.evtx \
	tests/fuzz/corpus/evtx/two.evtx \
	tests/fuzz/corpus/evtx/zeroed.evtx
