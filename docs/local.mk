# SPDX-License-Identifier: BSD-2-Clause

EXTRA_DIST += docs/codes.md docs/design.md docs/findings.md docs/monitoring.md
include $(srcdir)/docs/findings/local.mk
dist_pkgdata_DATA = docs/kmsdns-report.schema.json docs/kmsdns-explain.schema.json \
	docs/kmsdns-merge.schema.json
dist_man_MANS = docs/kmsdns.1 docs/check_kmsdns.1 docs/kmsdns-findings.7
