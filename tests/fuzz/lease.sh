#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Replay the parser of lease files (TAP): samples and damage.
exec "${KMSDNS_BUILDDIR:?}/tests/fuzz/replay_lease" "${KMSDNS_SRCDIR:?}/tests/data/lease" \
	"${KMSDNS_SRCDIR:?}/tests/fuzz/corpus/lease"
