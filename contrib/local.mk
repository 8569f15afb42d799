# SPDX-License-Identifier: BSD-2-Clause
# Configurations of monitoring systems, installed as examples below share/kmsdns/.

prometheusdir = $(pkgdatadir)/prometheus
dist_prometheus_DATA = contrib/prometheus/kmsdns.rules.yml \
	contrib/prometheus/kmsdns.rules.test.yml contrib/prometheus/kmsdns-textfile.cron \
	contrib/prometheus/kmsdns-textfile.service contrib/prometheus/kmsdns-textfile.timer
