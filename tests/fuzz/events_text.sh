#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Replay the corpus of fuzz_events_text.c (TAP).
exec "${KMSDNS_BUILDDIR:?}/tests/fuzz/replay_events_text" "${KMSDNS_SRCDIR:?}/tests/fuzz/corpus/events_text"
