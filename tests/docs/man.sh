#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Each manual and its help name the same options, no help line is too long, and no manual has
# faults that a formatter can see.

man=$KMSDNS_SRCDIR/docs/kmsdns.1
plugin_man=$KMSDNS_SRCDIR/docs/check_kmsdns.1
kmsdns=$KMSDNS_BUILDDIR/kmsdns
plugin=$KMSDNS_BUILDDIR/check_kmsdns
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
n=0

# report NAME FILE: ok if FILE is empty, else it holds what is wrong
report() {
    n=$((n + 1))
    if [ -s "$2" ]; then
        echo "not ok $n - $1"
        sed 's/^/# /' "$2"
    else
        echo "ok $n - $1"
    fi
}

"$kmsdns" --help | sed -n '/^Verbs:/,/^$/s/^  \([a-z][a-z]*\)  .*/\1/p' >"$dir/verbs"
{
    "$kmsdns" --help
    while read -r verb; do
        "$kmsdns" "$verb" --help
    done <"$dir/verbs"
} >"$dir/help" 2>"$dir/stderr" || echo "a help failed" >>"$dir/stderr"
report "help is on standard output, exit status 0" "$dir/stderr"

"$plugin" --help >"$dir/plugin-help" 2>"$dir/stderr"
[ $? -eq 3 ] || echo "its exit status is not 3" >>"$dir/stderr"
report "the plugin's help is on standard output, exit status 3" "$dir/stderr"

awk 'length($0) > 80' "$dir/help" "$dir/plugin-help" >"$dir/wide"
report "help is at most 80 columns wide" "$dir/wide"

# options HELP MAN: both name the same ones
options() {
    grep -o -e '^ .* --[a-z][a-z-]*' "$1" | grep -o -e '--[a-z][a-z-]*' | sort -u >"$dir/in-help"
    {
        # "Fl -name" is an option in mdoc; examples write it out
        grep -o -e 'Fl -[a-z][a-z-]*' "$2" | sed 's/Fl -/--/'
        grep -o -e '--[a-z][a-z-]*' "$2"
    } | sort -u >"$dir/in-man"
    [ -s "$dir/in-help" ] || echo "no option found" >"$dir/in-help-only"
    comm -23 "$dir/in-help" "$dir/in-man" >>"$dir/in-help-only"
    report "every option of the help is in ${2##*/}" "$dir/in-help-only"
    comm -13 "$dir/in-help" "$dir/in-man" >"$dir/in-man-only"
    report "every option of ${2##*/} is in the help" "$dir/in-man-only"
    rm "$dir/in-help-only" "$dir/in-man-only"
}
options "$dir/help" "$man"
echo "      --dump-policy" >>"$dir/plugin-help" # of the other program, for whoever writes a policy
options "$dir/plugin-help" "$plugin_man"

sed -n '/^\.Sh DESCRIPTION/,/^\.Ss The right/s/^\.It Cm \([a-z]*\).*/\1/p' "$man" |
    grep -vx help >"$dir/verbs-man" # the help does not list itself
diff "$dir/verbs" "$dir/verbs-man" >"$dir/verbs-diff"
report "both name the same verbs" "$dir/verbs-diff"

# exits HELP MAN: both name the same ones
exits() {
    sed -n 's/^  *\([0-9][0-9]*\)  .*/\1/p' "$1" | sort -u >"$dir/exits-help"
    sed -n '/^\.Sh EXIT STATUS/,/^\.Sh EXAMPLES/s/^\.It //p' "$2" | sort -u >"$dir/exits-man"
    diff "$dir/exits-help" "$dir/exits-man" >"$dir/exits" 2>&1
    report "the help and ${2##*/} name the same exit statuses" "$dir/exits"
}
exits "$dir/help" "$man"
exits "$dir/plugin-help" "$plugin_man"

grep -hoe '^\.It Ev [A-Z_]*' "$man" "$plugin_man" | sed 's/.* //' | sort -u >"$dir/env-man"
{
    grep -rhoE 'getenv\("[A-Z_]+"' "$KMSDNS_SRCDIR/src" | grep -oE '[A-Z_]+'
    grep -rq 'setlocale(' "$KMSDNS_SRCDIR/src" && echo LC_ALL
} | sort -u | diff - "$dir/env-man" >"$dir/env"
report "the environment of the manuals is what is read" "$dir/env"

if command -v groff >/dev/null 2>&1; then
    for page in "$man" "$plugin_man" "$KMSDNS_SRCDIR/docs/kmsdns-findings.7"; do
        LC_ALL=C.UTF-8 groff -ww -mandoc -Tutf8 -z "$page" >>"$dir/lint" 2>&1
    done
    report "the manuals format without warnings" "$dir/lint"
else
    n=$((n + 1))
    echo "ok $n - the manuals format without warnings # SKIP groff is not installed"
fi
echo "1..$n"
