#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Replay the parser of ipconfig files (TAP): samples and damage.
exec "${KMSDNS_BUILDDIR:?}/tests/fuzz/replay_ipconfig" "${KMSDNS_SRCDIR:?}/tests/data/ipconfig" \
	"${KMSDNS_SRCDIR:?}/tests/fuzz/corpus/ipconfig"
