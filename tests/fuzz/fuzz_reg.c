/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_reg.c - any bytes as a registry export: read whole and in two pieces to the same values,
 * turned into facts, written, and read again to the same values without a warning.
 *
 * With libFuzzer: clang -fsanitize=fuzzer,address,undefined, this file, src/base, src/dns,
 * src/facts, src/import.
 */
#include "fuzz.h"

#include <assert.h>
#include <string.h>

#include "kmsdns/import/reg.h"

static void fuzz_assert_same(const struct kd_reg *a, const struct kd_reg *b)
{
    assert(a->nvalue == b->nvalue);
    for (size_t i = 0; i < a->nvalue; i++) {
        const struct kd_reg_value *x = &a->value[i], *y = &b->value[i];

        assert(strcmp(x->key, y->key) == 0 && strcmp(x->name, y->name) == 0);
        assert(x->action == y->action && x->type == y->type && x->len == y->len);
        assert(x->len == 0 || memcmp(x->data, y->data, x->len) == 0);
    }
}

static void fuzz_pieces(struct kd_arena *arena, const uint8_t *data, size_t size,
                        const struct kd_reg *whole)
{
    struct kd_reg_reader *reader = kd_reg_reader_new(arena, NULL);
    size_t first = data[size - 1] % size;
    struct kd_reg pieces = {.nvalue = 0};

    kd_reg_feed(reader, data, first);
    kd_reg_feed(reader, data + first, size - first);
    assert(kd_reg_reader_end(reader, &pieces, NULL) == KD_OK);
    fuzz_assert_same(whole, &pieces);
}

static void fuzz_round_trip(struct kd_arena *arena, const struct kd_reg *reg)
{
    struct kd_buf out = {.data = NULL};
    struct kd_reg again = {.nvalue = 0};

    kd_reg_write(reg->value, reg->nvalue, &out);
    assert(kd_reg_read(arena, (const uint8_t *)out.data, out.len, NULL, &again, NULL) == KD_OK);
    fuzz_assert_same(reg, &again);
    kd_buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kd_arena *arena = kd_arena_new();
    struct kd_reg reg = {.nvalue = 0};
    struct kd_err err = {.code = KD_OK};

    if (kd_reg_read(arena, data, size, NULL, &reg, &err) == KD_OK) {
        assert(reg.nwarning <= KD_REG_MAX_WARNINGS && reg.nwarning <= reg.nwarnings);
        fuzz_pieces(arena, data, size, &reg);
        fuzz_round_trip(arena, &reg);
        kd_reg_to_facts(kd_facts_new(arena), "fuzz.reg", &reg);
    } else {
        assert(err.text[0] != '\0');
    }
    kd_arena_free(arena);
    return 0;
}
