# SPDX-License-Identifier: BSD-2-Clause

EXTRA_DIST += docs/design.md docs/findings.md
dist_pkgdata_DATA = docs/kmsdns-report.schema.json
dist_man_MANS = docs/kmsdns.1
