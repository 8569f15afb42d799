#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Replay the corpus of fuzz_tsig.c (TAP).
exec "${KMSDNS_BUILDDIR:?}/tests/fuzz/replay_tsig" "${KMSDNS_SRCDIR:?}/tests/fuzz/corpus/tsig"
