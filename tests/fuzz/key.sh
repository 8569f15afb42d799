#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Replay the corpus of fuzz_key.c (TAP).
exec "${KMSDNS_BUILDDIR:?}/tests/fuzz/replay_key" "${KMSDNS_SRCDIR:?}/tests/fuzz/corpus/key"
