#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Replay the corpus of fuzz_events_xml.c (TAP).
exec "${KMSDNS_BUILDDIR:?}/tests/fuzz/replay_events_xml" "${KMSDNS_SRCDIR:?}/tests/fuzz/corpus/events_xml"
