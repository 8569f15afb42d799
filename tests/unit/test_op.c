/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_op.c - the op contract, one sentence of op.h after the other, on a real loop.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kmsdns/async/connect.h"
#include "kmsdns/async/loop.h"
#include "kmsdns/async/op.h"

/* A loop that must be left without an open handle: kd_loop_free asserts it. */
static int set_up(void **state)
{
    alarm(30);
    *state = kd_loop_new();
    return 0;
}

static int tear_down(void **state)
{
    kd_loop_free(*state);
    alarm(0);
    return 0;
}

/* A leaf that ends at its first step, or waits until it is released, cut or abandoned. */
struct leaf {
    struct kd_op op;
    kd_status status;
    bool is_waiting;
    int nsteps, nabandoned, ncut;
};

static void leaf_step(struct kd_op *op)
{
    struct leaf *leaf = (struct leaf *)op;

    leaf->nsteps++;
    if (leaf->is_waiting && op->step == 0) {
        op->step = 1;
        kd_op_hold(op);
        return;
    }
    kd_op_finish(op, leaf->status);
}

static void leaf_abandon(struct kd_op *op)
{
    ((struct leaf *)op)->nabandoned++;
}

static void leaf_cut(struct kd_op *op)
{
    ((struct leaf *)op)->ncut++;
    kd_op_finish(op, KD_OK);
}

static void leaf_describe(const struct kd_op *op, struct kd_buf *out)
{
    (void)op;
    kd_buf_puts(out, "something");
}

static const struct kd_op_class LEAF = {
    .name = "leaf",
    .size = sizeof(struct leaf),
    .step = leaf_step,
    .abandon = leaf_abandon,
    .cut = leaf_cut,
    .describe = leaf_describe,
};

static struct leaf *leaf_start(struct kd_op *parent, bool is_waiting, kd_status status)
{
    struct leaf *leaf = (struct leaf *)kd_op_start(NULL, parent, &LEAF);

    leaf->is_waiting = is_waiting;
    leaf->status = status;
    return leaf;
}

/* A sequence that writes down its steps; what it starts is the test's choice. */
#define MAX_LEAVES 4

struct seq {
    struct kd_op op;
    size_t nleaves;
    bool is_waiting, is_inheriting, is_ending_early;
    kd_status leaf_status;
    struct leaf *leaf[MAX_LEAVES];
    char story[32];
    int ndone_at_second_step;
};

static void seq_tell(struct seq *seq, char what)
{
    size_t len = strlen(seq->story);

    assert_true(len + 1 < sizeof(seq->story));
    seq->story[len] = what;
}

static void seq_step(struct kd_op *op)
{
    struct seq *seq = (struct seq *)op;

    seq_tell(seq, (char)('0' + op->step));
    switch (op->step) {
    case 0:
        for (size_t i = 0; i < seq->nleaves; i++) {
            seq->leaf[i] = leaf_start(op, seq->is_waiting, seq->leaf_status);
        }
        op->step = 1;
        if (seq->is_ending_early) {
            kd_op_finish(op, KD_EIO);
        }
        return;
    case 1:
        for (size_t i = 0; i < seq->nleaves; i++) {
            seq->ndone_at_second_step += seq->leaf[i]->op.is_done ? 1 : 0;
        }
        if (seq->is_inheriting && kd_op_inherit_failure(op, &seq->leaf[0]->op)) {
            return;
        }
        op->step = 2;
        return;
    default:
        kd_op_finish(op, KD_OK);
        return;
    }
}

static const char *const SEQ_STEP[] = {"START", "READ", "END"};

static const struct kd_op_class SEQ = {
    .name = "seq",
    .size = sizeof(struct seq),
    .step_name = SEQ_STEP,
    .step = seq_step,
};

static struct seq *seq_new(void **state, size_t nleaves)
{
    struct seq *seq = (struct seq *)kd_op_start(*state, NULL, &SEQ);

    seq->nleaves = nleaves;
    return seq;
}

static void count_done(struct kd_op *op, void *arg)
{
    assert_true(op->is_done);
    (*(int *)arg)++;
}

static kd_loop_end run(void **state, struct kd_op *root, uint32_t timeout_ms)
{
    struct kd_loop_run limits = {.timeout_ms = timeout_ms};

    return kd_loop_run(*state, root, &limits);
}

/* 1, 2: starting returns an op whose first step has not run; its trouble is a completion. */
static void test_start_runs_nothing(void **state)
{
    struct seq *seq = seq_new(state, 0);
    int ndone = 0;

    kd_op_on_done(&seq->op, count_done, &ndone);
    assert_string_equal(seq->story, "");
    assert_false(seq->op.is_finishing);
    assert_int_equal(run(state, &seq->op, 0), KD_LOOP_COMPLETE);
    assert_int_equal(ndone, 1);
    kd_op_free(&seq->op);
}

/* 2: completion comes once, and not inside kd_op_finish or kd_op_cancel. */
static void test_completion_is_deferred(void **state)
{
    struct seq *seq = seq_new(state, 0);
    int ndone = 0;

    kd_op_on_done(&seq->op, count_done, &ndone);
    kd_op_cancel(&seq->op);
    assert_true(seq->op.is_finishing);
    assert_int_equal(ndone, 0);
    kd_op_cancel(&seq->op);
    run(state, &seq->op, 0);
    assert_int_equal(ndone, 1);
    assert_int_equal(seq->op.status, KD_ECANCELLED);
    assert_string_equal(seq->story, "");
    kd_op_free(&seq->op);
}

/* 3: ending a parent cancels what runs below it; the children's memory stays until the parent's. */
static void test_ending_a_parent_cancels_children(void **state)
{
    struct seq *seq = seq_new(state, 2);

    seq->is_waiting = true;
    seq->is_ending_early = true;
    run(state, &seq->op, 0);
    assert_int_equal(seq->op.status, KD_EIO);
    for (size_t i = 0; i < 2; i++) {
        assert_true(seq->leaf[i]->op.is_done);
        assert_int_equal(seq->leaf[i]->op.status, KD_ECANCELLED);
        assert_int_equal(seq->leaf[i]->nabandoned, 1);
    }
    kd_op_free(&seq->op);
}

/* 3: destroying a root that still runs lets go of everything below it. */
static void test_free_while_running(void **state)
{
    struct seq *seq = seq_new(state, 3);

    seq->is_waiting = true;
    assert_int_equal(run(state, &seq->op, 20), KD_LOOP_DEADLINE);
    kd_op_free(&seq->op);
    kd_op_free(NULL);
}

/* 4: the step runs again when all children have finished. */
static void test_join_waits_for_all(void **state)
{
    struct seq *seq = seq_new(state, 3);

    run(state, &seq->op, 0);
    assert_string_equal(seq->story, "012");
    assert_int_equal(seq->ndone_at_second_step, 3);
    kd_op_free(&seq->op);
}

/* 4: a step that started nothing goes on to the next step at once. */
static void test_empty_fan_out_goes_on(void **state)
{
    struct seq *seq = seq_new(state, 0);

    run(state, &seq->op, 0);
    assert_string_equal(seq->story, "012");
    assert_int_equal(seq->op.status, KD_OK);
    kd_op_free(&seq->op);
}

static void test_failure_is_inherited(void **state)
{
    struct seq *seq = seq_new(state, 1);

    seq->is_inheriting = true;
    seq->leaf_status = KD_EINVAL;
    run(state, &seq->op, 0);
    assert_string_equal(seq->story, "01");
    assert_int_equal(seq->op.status, KD_EINVAL);
    kd_op_free(&seq->op);
}

/* A leaf's hold is an outside event like a child: the step runs when it is released. */
static void release_all(kd_loop_end why, void *arg)
{
    struct seq *seq = arg;

    assert_int_equal(why, KD_LOOP_DEADLINE);
    for (size_t i = 0; i < seq->nleaves; i++) {
        assert_int_equal(seq->leaf[i]->nsteps, 1);
        kd_op_release(&seq->leaf[i]->op);
    }
}

static void test_hold_and_release(void **state)
{
    struct seq *seq = seq_new(state, 2);
    struct kd_loop_run limits = {.timeout_ms = 10, .on_cut = release_all, .arg = seq};

    seq->is_waiting = true;
    kd_loop_run(*state, &seq->op, &limits);
    assert_string_equal(seq->story, "012");
    kd_op_free(&seq->op);
}

/* A cut ends the leaves with what they know, and the sequence runs to its own end. */
static void trace_into(const char *line, void *arg)
{
    char *out = arg;

    snprintf(out + strlen(out), 200 - strlen(out), "%s\n", line);
}

struct cut_hook {
    struct seq *seq;
    char lines[200];
};

static void on_cut(kd_loop_end why, void *arg)
{
    struct cut_hook *hook = arg;

    (void)why;
    kd_op_trace(&hook->seq->op, trace_into, hook->lines);
}

static void test_cut_lets_sequences_end(void **state)
{
    struct cut_hook hook = {.seq = seq_new(state, 2)};
    struct kd_loop_run limits = {.timeout_ms = 10, .on_cut = on_cut, .arg = &hook};

    hook.seq->is_waiting = true;
    assert_int_equal(kd_loop_run(*state, &hook.seq->op, &limits), KD_LOOP_DEADLINE);
    assert_true(kd_loop_is_cut(*state));
    assert_string_equal(hook.seq->story, "012");
    assert_int_equal(hook.seq->op.status, KD_OK);
    assert_int_equal(hook.seq->leaf[0]->ncut, 1);
    assert_int_equal(hook.seq->leaf[0]->nabandoned, 0);
    assert_string_equal(hook.lines, "seq/START > leaf something\nseq/START > leaf something\n");
    kd_op_free(&hook.seq->op);
}

static void raise_signal(void *arg)
{
    (void)arg;
    raise(SIGINT);
}

static void test_signal_cuts_the_run(void **state)
{
    struct seq *seq = seq_new(state, 1);
    struct kd_loop_run limits = {
        .timeout_ms = 5000, .has_signals = true, .tick_ms = 10, .on_tick = raise_signal};

    seq->is_waiting = true;
    assert_int_equal(kd_loop_run(*state, &seq->op, &limits), KD_LOOP_SIGNAL);
    kd_op_free(&seq->op);
}

/* 5: a leaf that really touches a socket completes from the loop, too. */
struct connector {
    struct kd_op op;
    struct kd_endpoint endpoint;
    struct kd_connect *connect;
};

static void connector_step(struct kd_op *op)
{
    struct connector *connector = (struct connector *)op;

    if (op->step == 0) {
        connector->connect = kd_connect_start(op, &connector->endpoint, 1000);
        assert_int_equal(connector->connect->reach, KD_REACH_SKIPPED);
        op->step = 1;
        return;
    }
    kd_op_finish(op, KD_OK);
}

static const struct kd_op_class CONNECTOR = {
    .name = "connector", .size = sizeof(struct connector), .step = connector_step};

static void test_connect_to_a_closed_port(void **state)
{
    struct connector *connector = (struct connector *)kd_op_start(*state, NULL, &CONNECTOR);

    assert_int_equal(kd_endpoint_from_str("127.0.0.1:1", 1, &connector->endpoint, NULL), KD_OK);
    run(state, &connector->op, 2000);
    assert_int_equal(connector->connect->reach, KD_REACH_REFUSED);
    assert_int_equal(connector->connect->rtt_us, 0);
    kd_op_free(&connector->op);
}

/* A cut run starts nothing: leaves end as "not asked". */
static void test_nothing_starts_after_a_cut(void **state)
{
    struct seq *seq = seq_new(state, 1);
    struct connector *connector = NULL;

    seq->is_waiting = true;
    run(state, &seq->op, 1);
    connector = (struct connector *)kd_op_start(*state, NULL, &CONNECTOR);
    kd_endpoint_from_str("127.0.0.1:1", 1, &connector->endpoint, NULL);
    run(state, &connector->op, 0);
    assert_int_equal(connector->connect->reach, KD_REACH_SKIPPED);
    kd_op_free(&connector->op);
    kd_op_free(&seq->op);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_start_runs_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_completion_is_deferred, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ending_a_parent_cancels_children, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_free_while_running, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_join_waits_for_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_empty_fan_out_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failure_is_inherited, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hold_and_release, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cut_lets_sequences_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_signal_cuts_the_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_connect_to_a_closed_port, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_starts_after_a_cut, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
