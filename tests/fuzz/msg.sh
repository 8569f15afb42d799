#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Replay the message parser's corpus (TAP).
exec "${KMSDNS_BUILDDIR:?}/tests/fuzz/replay_msg" "${KMSDNS_SRCDIR:?}/tests/fuzz/corpus/msg"
