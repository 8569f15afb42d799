# SPDX-License-Identifier: BSD-2-Clause
# Sources by floor, from the bottom up (docs/design.md).

noinst_LIBRARIES += libkmsdns.a
libkmsdns_a_SOURCES = \
	include/kmsdns/base/addr.h src/base/addr.c \
	include/kmsdns/base/arena.h src/base/arena.c \
	include/kmsdns/base/buf.h src/base/buf.c \
	include/kmsdns/base/clock.h src/base/clock.c \
	include/kmsdns/base/mem.h src/base/mem.c \
	include/kmsdns/base/num.h src/base/num.c \
	include/kmsdns/base/rng.h src/base/rng.c \
	include/kmsdns/base/status.h src/base/status.c

KD_LIBS = $(CARES_LIBS) $(LDNS_LIBS) $(UV_LIBS) $(JANSSON_LIBS) $(IDN2_LIBS)
