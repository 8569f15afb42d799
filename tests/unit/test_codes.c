/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_codes.c - the tables of codes: complete rows, sorted, no code twice, found by its number.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "kmsdns/rules/codes.h"

static void assert_clause(const struct kd_code *code, const char *text)
{
    size_t len = text != NULL ? strlen(text) : 0;

    if (len == 0 || text[len - 1] == '.' || text[len - 1] == ' ') {
        fail_msg("0x%08X has no clause, or one that ends like a sentence", code->hresult);
    }
    for (size_t i = 0; i < len; i++) {
        assert_in_range((unsigned char)text[i], ' ', '~');
    }
}

static void test_rows(void **state)
{
    size_t n = kd_codes_count();

    (void)state;
    assert_true(n > 150);
    assert_null(kd_code_at(n));
    for (size_t i = 0; i < n; i++) {
        const struct kd_code *code = kd_code_at(i);

        assert_ptr_equal(kd_code_find(code->hresult), code);
        assert_true(strspn(code->use, "PDHL") == strlen(code->use) && code->use[0] != '\0');
        assert_clause(code, code->meaning);
        assert_clause(code, code->fix_windows);
        if (code->fix_other != NULL) {
            assert_clause(code, code->fix_other);
        }
    }
}

static void test_words(void **state)
{
    struct kd_arena *arena = kd_arena_new();

    (void)state;
    assert_string_equal(kd_code_str(arena, 0x80072338),
                        "0x80072338 (9016, DNS_ERROR_RCODE_BADSIG)");
    assert_string_equal(kd_code_str(arena, 0xC004F038), "0xC004F038");
    assert_string_equal(kd_code_str(arena, 0x80090322), "0x80090322 (SEC_E_WRONG_PRINCIPAL)");
    assert_string_equal(kd_code_str(arena, 0x80071234), "0x80071234 (4660)");
    assert_null(kd_code_find(0x80071234));
    assert_non_null(strstr(kd_code_meaning(0x80071234), "does not know"));
    assert_non_null(strstr(kd_code_meaning(0xC004F038), "too few"));
    kd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
