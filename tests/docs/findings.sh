#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# docs/findings.md, docs/codes.md, the manual of findings and the page of each finding are what the tables print.

builddir=${KMSDNS_BUILDDIR:-.}
srcdir=${KMSDNS_SRCDIR:-.}
made=$builddir/tests/docs/made
doc=$builddir/tests/tools/findings_doc
rm -rf "$made"
mkdir -p "$made/findings" || exit 99
n=0

# report NAME: ok if the command before it was
report() {
    if [ $? -eq 0 ]; then
        echo "ok $((n += 1)) - $1"
    else
        echo "not ok $((n += 1)) - $1: run make update-docs"
    fi
}

echo 1..4
"$doc" >"$made/findings.md" && diff -u "$srcdir/docs/findings.md" "$made/findings.md" >&2
report "docs/findings.md agrees with the rules"
"$doc" --codes >"$made/codes.md" && diff -u "$srcdir/docs/codes.md" "$made/codes.md" >&2
report "docs/codes.md agrees with the codes"
"$builddir/tests/tools/findings_man" >"$made/man" && diff -u "$srcdir/docs/kmsdns-findings.7" "$made/man" >&2
report "docs/kmsdns-findings.7 agrees with the rules and the causes"
"$doc" --pages "$made/findings" && diff -ru "$srcdir/docs/findings" "$made/findings" >&2
report "docs/findings/ has the page of each finding and no other"
rm -rf "$made"
