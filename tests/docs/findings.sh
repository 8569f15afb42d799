#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# docs/findings.md is what the tables of rules print.

builddir=${KMSDNS_BUILDDIR:-.}
srcdir=${KMSDNS_SRCDIR:-.}
made=$builddir/tests/docs/findings.md.made
mkdir -p "$builddir/tests/docs"

echo 1..1
if "$builddir/tests/tools/findings_doc" >"$made" &&
	diff -u "$srcdir/docs/findings.md" "$made" >&2; then
	echo "ok 1 - docs/findings.md agrees with the rules"
	rm -f "$made"
else
	echo "not ok 1 - docs/findings.md is out of date: run make update-docs"
fi
