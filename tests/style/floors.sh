#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every #include goes down or sideways as docs/design.md says, and each library has one user.
# The same script checks itself: on a made-up tree with one wrong arrow it must fail.
set -u
src=${KMSDNS_SRCDIR:-.}

# floor: what it may include
allowed() {
    case $1 in
    base) echo 'base' ;;
    dns) echo 'base dns' ;;
    facts) echo 'base dns facts' ;;
    async) echo 'base dns async' ;;
    collect) echo 'base dns facts async collect' ;;
    import) echo 'base dns facts import' ;;
    rules) echo 'base dns facts rules' ;;
    render) echo 'base dns facts rules render' ;;
    cmd) echo 'base dns facts async collect import rules render cmd' ;;
    *) echo '' ;;
    esac
}

# library header: the floor that may include it
library_users() {
    cat <<'END'
ldns/ dns
idn2.h dns
openssl/ dns
uv.h async
ares.h async
expat.h import
libevtx import
jansson.h facts import render cmd
hivex.h import
END
}

# prints "file: wrong arrow" for each include of one floor's files below $1
check_floor() {
    tree=$1
    floor=$2
    may=" $(allowed "$floor") "
    find "$tree/src/$floor" "$tree/include/kmsdns/$floor" -name '*.[ch]' 2>/dev/null |
        while read -r file; do
            sed -n 's|^# *include "kmsdns/\([a-z]*\)/.*|\1|p' "$file" | sort -u |
                while read -r other; do
                    case $may in
                    *" $other "*) ;;
                    *) echo "$file: $floor must not include $other" ;;
                    esac
                done
            grep -n '^# *include "\.\./' "$file" | sed "s|^|$file: reaches into another folder: |"
            library_users | while read -r header users; do
                case " $users " in
                *" $floor "*) continue ;;
                esac
                grep -q "^# *include <$header" "$file" && echo "$file: only $users may include <$header>"
            done
        done
}

check_tree() {
    for folder in "$1"/src/*/; do
        check_floor "$1" "$(basename "$folder")"
    done
    # c-ares has one user, however many files async has
    find "$1/src/async" -name '*.[ch]' ! -name channel.c -exec grep -l '^# *include <ares' {} + 2>/dev/null |
        sed 's/$/: only channel.c may include <ares.h>/'
}

report() {
    if [ -z "$2" ]; then
        echo "ok $1 - $3"
    else
        echo "$2" | sed 's/^/# /'
        echo "not ok $1 - $3"
    fi
}

echo 1..2
report 1 "$(check_tree "$src")" 'includes keep to the floors'

fake=$(mktemp -d) || exit 1
trap 'rm -rf "$fake"' EXIT
mkdir -p "$fake/src/rules" "$fake/src/async"
echo '#include "kmsdns/async/op.h"' >"$fake/src/rules/bad.c"
echo '#include <ares.h>' >"$fake/src/async/query.c"
found=$(check_tree "$fake" | wc -l)
report 2 "$([ "$found" -eq 2 ] || echo "found $found wrong arrows of 2")" 'a wrong arrow is found'
