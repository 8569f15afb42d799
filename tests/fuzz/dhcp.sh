#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Replay the DHCP answer parser (TAP).
exec "${KMSDNS_BUILDDIR:?}/tests/fuzz/replay_dhcp" "${KMSDNS_SRCDIR:?}/tests/fuzz/corpus/dhcp"
