/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * advice_fixture.h - what holds for every text of a table: plain ASCII, places that somebody
 * fills, readers that exist.
 */
#ifndef KMSDNS_TESTS_UNIT_ADVICE_FIXTURE_H
#define KMSDNS_TESTS_UNIT_ADVICE_FIXTURE_H

#include "rules_fixture.h"

static const char *const READER[] = {"windows", "bind",   "knot", "powerdns",
                                     "samba",   "client", "any"};

static inline void assert_text(const char *id, const char *what, const char *text)
{
    if (text == NULL || text[0] == '\0') {
        fail_msg("%s has no %s", id, what);
    }
    for (const char *p = text; *p != '\0'; p++) {
        if (*p < ' ' || *p > '~') {
            fail_msg("%s: %s is not plain ASCII: %s", id, what, text);
        }
    }
}

/* "{word}" is a place; braces of BIND and PowerShell have blanks beside them. */
static inline void assert_places(const char *id, const char *text, const char *const *place,
                                 size_t n)
{
    static const char LOWER[] = "abcdefghijklmnopqrstuvwxyz";

    for (const char *p = strchr(text, '{'); p != NULL; p = strchr(p + 1, '{')) {
        size_t len = strspn(p + 1, LOWER);
        bool is_known = len == 0 || p[1 + len] != '}';

        for (size_t i = 0; i < n; i++) {
            is_known =
                is_known || (len == strlen(place[i]) && strncmp(p + 1, place[i], len) == 0);
        }
        if (!is_known) {
            fail_msg("%s names a place that nobody fills: %s", id, p);
        }
    }
}

static inline void assert_reader(const char *id, const char *for_whom)
{
    for (size_t i = 0; i < COUNT(READER); i++) {
        if (strcmp(for_whom, READER[i]) == 0) {
            return;
        }
    }
    fail_msg("%s: nobody is called \"%s\"", id, for_whom);
}

#endif
