#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Replay the parser of reg files (TAP): samples and damage.
exec "${KMSDNS_BUILDDIR:?}/tests/fuzz/replay_reg" "${KMSDNS_SRCDIR:?}/tests/data/reg" \
	"${KMSDNS_SRCDIR:?}/tests/fuzz/corpus/reg"
