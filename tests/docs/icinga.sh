#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The CheckCommand for Icinga 2 is what the option table prints, and Icinga 2 accepts it together
# with the services that use it.

command=$KMSDNS_SRCDIR/contrib/icinga2/kmsdns-command.conf
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

# report NUMBER NAME HINT: ok if the command before it was
report() {
    if [ $? -eq 0 ]; then
        echo "ok $1 - $2"
    else
        echo "not ok $1 - $2$3"
    fi
}

echo 1..3
"$KMSDNS_BUILDDIR/tests/tools/icinga_conf" >"$dir/made.conf" && diff -u "$command" "$dir/made.conf" >&2
report 1 "kmsdns-command.conf agrees with the options" ": run make update-docs"

# every option of the plugin's own help but those that are not for Icinga
"$KMSDNS_BUILDDIR/check_kmsdns" --help | grep -oE '^ {2,6}(-[A-Za-z], )?--[a-z-]+' |
    grep -oE -e '--[a-z-]+' | grep -vxE -e '--(dump-policy|help|quiet|version)' | sort >"$dir/help"
sed -n 's/^    "\(--[a-z-]*\)" = {$/\1/p' "$command" | sort >"$dir/conf"
[ -s "$dir/help" ] && diff "$dir/help" "$dir/conf" >&2
report 2 "it has the options that the plugin's help names" ""

name="Icinga 2 accepts it and the services"
if ! command -v icinga2 >/dev/null 2>&1; then
    if [ "${CI:-}" = true ]; then
        echo "not ok 3 - $name: icinga2 is not installed"
    else
        echo "ok 3 - $name # SKIP icinga2 is not installed"
    fi
    exit 0
fi
cat >"$dir/icinga2.conf" <<END
const PluginDir = "/usr/lib/nagios/plugins"
const NodeName = "berlin"
include <itl>
include "$command"
include "$KMSDNS_SRCDIR/contrib/icinga2/kmsdns-services.conf"
object Host "dns" {
  check_command = "dummy"
  vars.kmsdns_domains = [ "corp.example" ]
}
END
ICINGA2_USER=$(id -un) ICINGA2_GROUP=$(id -gn) icinga2 daemon -C -c "$dir/icinga2.conf" \
    -D DataDir="$dir" -D CacheDir="$dir" >"$dir/told" 2>&1 && grep -q 'Instantiated 1 Service\.' "$dir/told"
report 3 "$name" ""
grep -E 'critical|warning' "$dir/told" | sed 's/^/# /'
