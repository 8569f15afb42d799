#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What the compiler does not check: SPDX lines, sizes, calls that have no place on a floor.
set -u
src=${KMSDNS_SRCDIR:-.}

# number, name, then the offending lines on standard input: none is ok
expect_none() {
    lines=$(cat)
    if [ -z "$lines" ]; then
        echo "ok $1 - $2"
    else
        echo "$lines" | head -20 | sed 's/^/# /'
        echo "not ok $1 - $2"
    fi
}

sources() {
    find "$src/src" "$src/include" "$src/tests" -name '*.[ch]'
}

below_cmd() {
    find "$src/src" -name '*.c' ! -path '*/cmd/*'
}

echo 1..8
sources | while read -r f; do head -1 "$f" | grep -q 'SPDX-License-Identifier: BSD-2-Clause' || echo "$f"; done |
    expect_none 1 'every source begins with its SPDX line'
sources | xargs wc -l | awk '$2 != "total" && $1 > 600' | expect_none 2 'no file has more than 600 lines'
sources | xargs awk 'length($0) > 100 { print FILENAME ":" FNR }' | expect_none 3 'no line is longer than 100 columns'
sources | xargs grep -nE "$(printf '\t')" | expect_none 4 'no tab in a source'
below_cmd | xargs grep -nE '\b(exit|_exit|printf|puts|putchar|perror)[(]' | grep -v 'base/mem.c' |
    expect_none 5 'only cmd prints and exits'
below_cmd | xargs grep -nE '\bfprintf[(]|\bstderr\b|\bstdout\b' | grep -v 'base/mem.c' |
    expect_none 6 'no floor below cmd writes to a standard stream'
sources | xargs grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|strtok|alloca|rand|srand)[(]' |
    expect_none 7 'no call without a bound, no atoi, no rand'
sources | xargs grep -nE '\b(TODO|FIXME|XXX|HACK)\b' | grep -v 'define XX\|XX(' | expect_none 8 'no marks left'
