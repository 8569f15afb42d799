/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guard.c - watch over a worker process.
 *
 *   guard                                  worker
 *   fork ------------------------------->  does the work
 *   poll its output, its errors, the clock
 *   <------------------------------------  prints the document, exits with the state
 *   print the document, exit with it
 *
 * The worker is a process and not a thread, because a read from a dead file system cannot be
 * interrupted and a process that hangs in it cannot even be killed: the guard must be able to go.
 * The two share one page, in which the worker says what it is doing and how long it may take.
 */
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"
#include "kmsdns/base/clock.h"

#define GUARD_DEFAULT_MS 10000U
#define GUARD_GRACE_MS   500U /* the worker ends by itself at the limit; rendering takes a bit */
#define GUARD_SIGNAL_MS  1000U /* what it gets to tell what it knows after a signal */
#define GUARD_POLL_MS    50
#define GUARD_MAX_OUT    ((size_t)256 * 1024)
#define GUARD_MAX_ERRORS ((size_t)4 * 1024)
#define GUARD_MAX_STAGE  160

/* What worker and guard share. */
struct guard_page {
    atomic_uint timeout_ms;
    atomic_int on_timeout; /* kd_service */
    atomic_bool is_exit_ok;
    char stage[GUARD_MAX_STAGE];
};

static struct guard_page *guard_page; /* NULL without a guard */
static uint64_t guard_began_us;
static volatile sig_atomic_t guard_signal;

/* The guard's side of a worker. */
struct guard {
    pid_t pid;
    struct pollfd pipe[2]; /* its output, its errors; fd -1 when closed */
    struct kd_buf text[2];
    uint64_t end_ms; /* after which it is no longer waited for; 0: the limit */
    bool has_ended;
    int wait_status;
};

void kd_guard_limit(uint32_t timeout_ms, kd_service on_timeout, bool is_exit_ok)
{
    if (guard_page != NULL) {
        atomic_store(&guard_page->timeout_ms, timeout_ms);
        atomic_store(&guard_page->on_timeout, (int)on_timeout);
        atomic_store(&guard_page->is_exit_ok, is_exit_ok);
    }
}

uint32_t kd_guard_elapsed_ms(void)
{
    return guard_page != NULL ? (uint32_t)((kd_clock_us() - guard_began_us) / 1000) : 0;
}

void kd_guard_stage(const char *doing, const char *path)
{
    if (guard_page != NULL) {
        snprintf(guard_page->stage, sizeof(guard_page->stage), "%s%s%.100s", doing,
                 path != NULL ? " " : "", path != NULL ? path : "");
    }
}

static void guard_on_signal(int number)
{
    guard_signal = number;
}

/* No memory for the guard itself: whatever happens, a plugin ends with a line and a state. */
static void guard_on_abort(int number)
{
    static const char LINE[] = "KMSDNS UNKNOWN - internal error: the guard had to give up\n";

    (void)number;
    (void)!write(STDOUT_FILENO, LINE, sizeof(LINE) - 1);
    _exit((int)KD_SERVICE_UNKNOWN);
}

/* Signals of somebody who wants it to end, and of limits that are near. */
static void guard_catch(void (*handler)(int))
{
    static const int NUMBER[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGXCPU};
    struct sigaction action = {.sa_handler = handler};

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof(NUMBER) / sizeof(NUMBER[0]); i++) {
        (void)sigaction(NUMBER[i], &action, NULL);
    }
}

/* What whoever started it may have left behind: an alarm, children that nobody waits for. */
static void guard_begin(void)
{
    (void)alarm(0);
    (void)signal(SIGCHLD, SIG_DFL);
    (void)signal(SIGUSR1, SIG_IGN);
    (void)signal(SIGUSR2, SIG_IGN);
    guard_catch(guard_on_signal);
}

/* Takes what there is; closes the pipe at its end. Beyond the limit it is read and dropped. */
static void guard_read(struct guard *guard, size_t which, size_t max)
{
    char bytes[4096];
    ssize_t n = read(guard->pipe[which].fd, bytes, sizeof(bytes));
    struct kd_buf *text = &guard->text[which];

    if (n > 0) {
        size_t room = text->len < max ? max - text->len : 0;

        kd_buf_add(text, bytes, (size_t)n < room ? (size_t)n : room);
    } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
        (void)close(guard->pipe[which].fd);
        guard->pipe[which].fd = -1;
    }
}

static uint64_t guard_end_ms(const struct guard *guard)
{
    uint64_t limit = (uint64_t)atomic_load(&guard_page->timeout_ms) + GUARD_GRACE_MS;

    return guard->end_ms != 0 && guard->end_ms < limit ? guard->end_ms : limit;
}

/* The first signal is passed on: the worker tells what it knows. */
static void guard_pass_signal(struct guard *guard)
{
    if (guard_signal != 0 && guard->end_ms == 0) {
        (void)kill(guard->pid, SIGTERM);
        guard->end_ms = kd_guard_elapsed_ms() + GUARD_SIGNAL_MS;
    }
}

/* Until the worker has ended and its pipes are read, or nobody can wait any longer. */
static void guard_watch(struct guard *guard)
{
    while (!guard->has_ended || guard->pipe[0].fd >= 0) {
        /* its output is closed: it ends at once, and nobody else tells when */
        (void)poll(guard->pipe, 2, guard->pipe[0].fd < 0 ? 1 : GUARD_POLL_MS);
        for (size_t i = 0; i < 2; i++) {
            if ((guard->pipe[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0 &&
                guard->pipe[i].fd >= 0) {
                guard_read(guard, i, i == 0 ? GUARD_MAX_OUT : GUARD_MAX_ERRORS);
            }
        }
        guard_pass_signal(guard);
        if (!guard->has_ended && guard->pipe[0].fd < 0) {
            guard->has_ended = waitpid(guard->pid, &guard->wait_status, WNOHANG) == guard->pid;
        }
        if (kd_guard_elapsed_ms() >= guard_end_ms(guard)) {
            return;
        }
    }
}

/* The last whole document that came; "" when none did. */
static const char *guard_document(const struct guard *guard)
{
    const char *text = kd_buf_str(&guard->text[0]);
    const char *again = strrchr(text, KD_GUARD_AGAIN[0]);

    return again != NULL && again[1] != '\0' ? again + 1 : text;
}

/* Standard output may be a pipe that nobody reads: the guard does not wait for it for ever. */
static bool guard_print(const struct guard *guard, const struct kd_buf *text)
{
    int flags = fcntl(STDOUT_FILENO, F_GETFL);
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    uint64_t end_ms = guard_end_ms(guard);
    size_t done = 0;

    (void)fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK);
    while (done < text->len) {
        ssize_t n = write(STDOUT_FILENO, text->data + done, text->len - done);

        if (n > 0) {
            done += (size_t)n;
        } else if (n == 0 || (errno != EAGAIN && errno != EINTR) ||
                   kd_guard_elapsed_ms() >= end_ms) {
            break;
        } else {
            (void)poll(&out, 1, GUARD_POLL_MS);
        }
    }
    /* whoever else holds it had it as it was */
    (void)fcntl(STDOUT_FILENO, F_SETFL, flags);
    return done == text->len;
}

/* A clause about a worker that did not end as it should, before what it had told. */
static int guard_tell(const struct guard *guard, kd_service state, const char *why)
{
    struct kd_buf out = {.data = NULL};

    state = kd_render_nagios_amend(guard_document(guard), state, why, &out);
    (void)guard_print(guard, &out);
    kd_buf_done(&out);
    return (int)state;
}

static int guard_timeout(const struct guard *guard)
{
    kd_service state = (kd_service)atomic_load(&guard_page->on_timeout);
    char why[GUARD_MAX_STAGE + 60];

    guard_page->stage[GUARD_MAX_STAGE - 1] = '\0';
    snprintf(why, sizeof(why), "%s after %.3g s while %s",
             guard_signal != 0 ? "interrupted" : "out of time", kd_guard_elapsed_ms() / 1000.0,
             guard_page->stage);
    return guard_tell(guard, guard_signal != 0 ? KD_SERVICE_UNKNOWN : state, why);
}

/* What the worker itself said; else what to do. */
static const char *guard_last_words(const struct guard *guard)
{
    if (guard->text[1].len > 0) {
        return kd_buf_str(&guard->text[1]);
    }
    if (WIFSIGNALED(guard->wait_status) && WTERMSIG(guard->wait_status) == SIGKILL) {
        return "the kernel does so when memory runs out: look at dmesg";
    }
    return "please report it with the command line";
}

static int guard_crash(const struct guard *guard)
{
    char why[GUARD_MAX_STAGE + 120];
    bool was_killed = WIFSIGNALED(guard->wait_status);
    const char *said = guard_last_words(guard);

    snprintf(why, sizeof(why), "internal error: the check ended with %s %d while %s; %.*s",
             was_killed ? "signal" : "status",
             was_killed ? WTERMSIG(guard->wait_status) : WEXITSTATUS(guard->wait_status),
             guard_page->stage, (int)strcspn(said, "\n"), said);
    return guard_tell(guard, KD_SERVICE_UNKNOWN, why);
}

/* What the worker printed is whole; if it is no help, its status is the state that it names. */
static bool guard_is_whole(const struct guard *guard)
{
    int status = WIFEXITED(guard->wait_status) ? WEXITSTATUS(guard->wait_status) : -1;
    const char *document = guard_document(guard);
    kd_service state = KD_SERVICE_UNKNOWN; /* of help */

    (void)kd_render_nagios_state(document, &state);
    return *document != '\0' && status == (int)state;
}

static int guard_deliver(const struct guard *guard)
{
    struct kd_buf out = {.data = NULL};
    int status = WEXITSTATUS(guard->wait_status);

    kd_buf_puts(&out, guard_document(guard));
    if (!guard_print(guard, &out)) {
        status = (int)KD_SERVICE_UNKNOWN; /* and nowhere to say so */
    }
    kd_buf_done(&out);
    return status;
}

static int guard_end(struct guard *guard)
{
    int status;
    bool was_asked_to = guard_signal != 0 && WIFSIGNALED(guard->wait_status);

    if (!guard->has_ended || was_asked_to) {
        status = guard_timeout(guard);
    } else if (guard_is_whole(guard)) {
        status = guard_deliver(guard);
    } else {
        status = guard_crash(guard);
    }
    if (!guard->has_ended) {
        /* if it hangs in the kernel, it dies when that lets go of it */
        (void)kill(guard->pid, SIGKILL);
        (void)waitpid(guard->pid, NULL, WNOHANG);
    }
    kd_buf_done(&guard->text[0]);
    kd_buf_done(&guard->text[1]);
    return atomic_load(&guard_page->is_exit_ok) ? (int)KD_SERVICE_OK : status;
}

/* The worker's output goes to the guard, and it does not outlive it. */
static void guard_become_worker(pid_t guard, const int out[2], const int errors[2])
{
    guard_catch(SIG_DFL);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* a signal to the group comes to the guard, which passes it on: the worker is to get it once */
    (void)setpgid(0, 0);
    (void)signal(SIGTTIN, SIG_IGN);
    if (getppid() != guard) {
        _exit((int)KD_SERVICE_UNKNOWN); /* it was gone before that */
    }
    (void)dup2(out[1], STDOUT_FILENO);
    (void)dup2(errors[1], STDERR_FILENO);
    (void)close(out[0]);
    (void)close(out[1]);
    (void)close(errors[0]);
    (void)close(errors[1]);
}

/* A guard has nothing to say but its line. */
static void guard_be_quiet(void)
{
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (fd >= 0) {
        (void)dup2(fd, STDERR_FILENO);
        (void)close(fd);
    }
    (void)signal(SIGABRT, guard_on_abort);
}

static int guard_fail(const char *what)
{
    struct kd_err err = {.code = KD_OK};

    (void)kd_fail(&err, KD_EIO, "guard", "cannot %s: %s", what, strerror(errno));
    return kd_cmd_fail(kd_format_by_name("nagios"), &err, (int)KD_SERVICE_UNKNOWN);
}

int kd_guard_run(kd_guard_fn *work, int argc, char **argv)
{
    struct guard guard = {.has_ended = false};
    int out[2], errors[2];
    pid_t self = getpid();

    guard_began_us = kd_clock_us();
    guard_page = mmap(NULL, sizeof(*guard_page), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (guard_page == MAP_FAILED) {
        guard_page = NULL;
        return guard_fail("share a page of memory");
    }
    kd_guard_limit(GUARD_DEFAULT_MS, KD_SERVICE_UNKNOWN, false);
    kd_guard_stage("reading the options", NULL);
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0) {
        return guard_fail("make a pipe");
    }
    guard_begin();
    guard.pid = fork();
    if (guard.pid < 0) {
        return guard_fail("start a process");
    }
    if (guard.pid == 0) {
        guard_become_worker(self, out, errors);
        return work(argc, argv);
    }
    guard_be_quiet();
    (void)close(out[1]);
    (void)close(errors[1]);
    (void)fcntl(out[0], F_SETFL, O_NONBLOCK);
    (void)fcntl(errors[0], F_SETFL, O_NONBLOCK);
    guard.pipe[0] = (struct pollfd){.fd = out[0], .events = POLLIN};
    guard.pipe[1] = (struct pollfd){.fd = errors[0], .events = POLLIN};
    guard_watch(&guard);
    return guard_end(&guard);
}
