# SPDX-License-Identifier: BSD-2-Clause
# Unit tests (cmocka, TAP) and scenario tests (Python against real servers, TAP).

unit_tests =
unit_tests += tests/unit/test_base

check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
TEST_EXTENSIONS = .py .sh

# what every test links with; a test's source is its own name with .c
LDADD = libkmsdns.a $(KD_LIBS) $(CMOCKA_LIBS)

AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	KMSDNS_BUILDDIR='$(abs_builddir)'; export KMSDNS_BUILDDIR; \
	KMSDNS_SRCDIR='$(abs_srcdir)'; export KMSDNS_SRCDIR; \
	PYTHON='$(PYTHON)'; export PYTHON; \
	PYTHONDONTWRITEBYTECODE=1; export PYTHONDONTWRITEBYTECODE;
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
PY_LOG_DRIVER = $(LOG_DRIVER)
PY_LOG_COMPILER = $(PYTHON)
