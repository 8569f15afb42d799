#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Replay the corpus of fuzz_evtx.c (TAP).
exec "${KMSDNS_BUILDDIR:?}/tests/fuzz/replay_evtx" "${KMSDNS_SRCDIR:?}/tests/fuzz/corpus/evtx"
