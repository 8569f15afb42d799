# SPDX-License-Identifier: BSD-2-Clause
# Configurations of monitoring systems, installed as examples below share/kmsdns/.

nagiosdir = $(pkgdatadir)/nagios
dist_nagios_DATA = contrib/nagios/kmsdns.cfg
nrpedir = $(pkgdatadir)/nrpe
dist_nrpe_DATA = contrib/nrpe/kmsdns.cfg contrib/nrpe/kmsdns.ini
icingadir = $(pkgdatadir)/icinga2
dist_icinga_DATA = contrib/icinga2/kmsdns-command.conf contrib/icinga2/kmsdns-services.conf

prometheusdir = $(pkgdatadir)/prometheus
dist_prometheus_DATA = contrib/prometheus/kmsdns.rules.yml \
	contrib/prometheus/kmsdns.rules.test.yml contrib/prometheus/kmsdns-textfile.cron \
	contrib/prometheus/kmsdns-textfile.service contrib/prometheus/kmsdns-textfile.timer
