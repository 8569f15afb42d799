#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Replay the parsers of ini files and command lines (TAP): samples and damage.
exec "${KMSDNS_BUILDDIR:?}/tests/fuzz/replay_options" "${KMSDNS_SRCDIR:?}/tests/fuzz/corpus/options"
