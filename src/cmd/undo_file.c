/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * undo_file.c - the undo file, both ways. Writing: a new file that only its owner may read, on
 * the disk before the change is sent. Reading: anybody may have written the file, so every key
 * must be there, have its type and be known, and the path to the first that is not is told.
 */
#include "undo_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "json_file.h"
#include "kmsdns/base/buf.h"
#include "kmsdns/base/clock.h"
#include "kmsdns/dns/name.h"
#include "kmsdns/dns/usual.h"
#include "kmsdns/facts/json.h"

#define UNDO_PATH_SIZE 64 /* longest place: "changes[10000].before[10000].priority" */

/* Reading in progress. */
struct undo_read {
    struct kd_arena *arena;
    struct kd_err *err;
    char place[UNDO_PATH_SIZE]; /* of the object at hand, "" or closed by a dot */
};

static kd_status undo_fail_sys(struct kd_err *err, const char *path, int sys)
{
    return kd_fail_sys(err, sys, "undo", "cannot write the undo file %.120s", path);
}

static json_t *undo_record(const struct kd_srv *record)
{
    json_t *object = json_object();

    kd_json_put(object, "priority", json_integer(record->priority));
    kd_json_put(object, "weight", json_integer(record->weight));
    kd_json_put(object, "port", json_integer(record->port));
    kd_json_put(object, "target", kd_json_text(record->target));
    kd_json_put(object, "ttl_s", json_integer(record->ttl_s));
    return object;
}

static json_t *undo_change(const struct kd_change_fact *change)
{
    char server[KD_ENDPOINT_STRLEN];
    json_t *object = json_object();
    json_t *before = json_array();

    for (size_t i = 0; i < change->nbefore; i++) {
        kd_json_push(before, undo_record(&change->before[i]));
    }
    kd_json_put(object, "zone", kd_json_text(change->zone));
    kd_json_put(object, "owner", kd_json_text(change->owner));
    kd_json_put(object, "server", kd_json_text(kd_endpoint_str(&change->server, server)));
    kd_json_put(object, "identity", kd_json_text(change->identity));
    kd_json_put(object, "is_add", json_boolean(change->is_add));
    kd_json_put(object, "record", undo_record(change->record));
    kd_json_put(object, "before", before);
    return object;
}

static void undo_document(const struct kd_change_fact *const *change, size_t n, int64_t now_s,
                          struct kd_buf *out)
{
    char written[KD_RFC3339_STRLEN];
    json_t *doc = json_object();
    json_t *changes = json_array();

    for (size_t i = 0; i < n; i++) {
        kd_json_push(changes, undo_change(change[i]));
    }
    kd_json_put(doc, "schema", kd_json_text(KD_UNDO_SCHEMA));
    kd_json_put(doc, "tool_version", kd_json_text(PACKAGE_VERSION));
    kd_json_put(doc, "written", kd_json_text(kd_rfc3339_str(now_s, written)));
    kd_json_put(doc, "action", kd_json_text(change[0]->action));
    kd_json_put(doc, "changes", changes);
    kd_json_dump(doc, out);
    json_decref(doc);
}

static const char *undo_default_path(struct kd_arena *arena, int64_t now_s)
{
    time_t now = (time_t)now_s;
    char when[32] = "";
    struct tm utc;

    if (gmtime_r(&now, &utc) != NULL) {
        (void)strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", &utc);
    }
    return kd_arena_printf(arena, "kmsdns-undo-%s-%ld.json", when, (long)getpid());
}

/* Writes all of it to the disk; 0, or the errno that stopped it. */
static int undo_store(int fd, const struct kd_buf *bytes)
{
    for (size_t done = 0; done < bytes->len;) {
        ssize_t n = write(fd, bytes->data + done, bytes->len - done);

        if (n < 0 && errno != EINTR) {
            return errno;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    /* whatever umask says, the owner is to read it again and nobody else */
    return fchmod(fd, 0600) == 0 && fsync(fd) == 0 ? 0 : errno;
}

/* The name of a new file is safe once its folder is; some file systems cannot, which is fine. */
static void undo_sync_folder(struct kd_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *folder = ".";
    int fd;

    if (slash != NULL) {
        folder = kd_arena_strndup(arena, path, (size_t)(slash - path) + 1);
    }
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        (void)close(fd);
    }
}

static kd_status undo_create(struct kd_arena *arena, const char *path,
                             const struct kd_buf *bytes, struct kd_err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int sys;

    if (fd < 0 && errno == EEXIST) {
        return kd_fail(err, KD_EINVAL, "undo",
                       "%.120s is there already; an undo file is never replaced: name another "
                       "one with --undo-file",
                       path);
    }
    if (fd < 0) {
        return undo_fail_sys(err, path, errno);
    }
    sys = undo_store(fd, bytes);
    if (close(fd) != 0 && sys == 0) {
        sys = errno;
    }
    if (sys != 0) {
        (void)unlink(path);
        return undo_fail_sys(err, path, sys);
    }
    undo_sync_folder(arena, path);
    return KD_OK;
}

kd_status kd_undo_file_write(struct kd_arena *arena, const char *path,
                             const struct kd_change_fact *const *change, size_t n,
                             const char **ret_path, struct kd_err *err)
{
    int64_t now_s = kd_clock_wall_s();
    struct kd_buf document = {0};
    kd_status status;

    if (path == NULL) {
        path = undo_default_path(arena, now_s);
    }
    undo_document(change, n, now_s, &document);
    if (document.len > KD_UNDO_FILE_MAX) {
        status = kd_fail(err, KD_ETOOBIG, "undo",
                         "the way back for %zu changes is more than one file may tell; make "
                         "fewer changes in one run",
                         n);
    } else {
        status = undo_create(arena, path, &document, err);
    }
    kd_buf_done(&document);
    if (status == KD_OK && ret_path != NULL) {
        *ret_path = kd_arena_strdup(arena, path);
    }
    return status;
}

static kd_status undo_expected(struct undo_read *read, const char *key, const char *what)
{
    return kd_fail(read->err, KD_ESYNTAX, "undo", "%s%s: expected %s", read->place, key, what);
}

/* Goes down to an object; the length to go back to. */
static size_t undo_enter(struct undo_read *read, const char *key, size_t index)
{
    size_t len = strlen(read->place);

    if (index == SIZE_MAX) {
        snprintf(read->place + len, sizeof(read->place) - len, "%s.", key);
    } else {
        snprintf(read->place + len, sizeof(read->place) - len, "%s[%zu].", key, index);
    }
    return len;
}

/* About the object at hand as a whole. */
static kd_status undo_expected_object(struct undo_read *read, const char *what)
{
    size_t len = strlen(read->place);

    if (len == 0) {
        return undo_expected(read, "document", what);
    }
    read->place[len - 1] = '\0';
    return undo_expected(read, "", what);
}

/* An object with these keys and no others; keys ends with NULL. */
static kd_status undo_check_keys(struct undo_read *read, const json_t *object,
                                 const char *const *keys)
{
    size_t nkey = 0;

    if (!json_is_object(object)) {
        return undo_expected_object(read, "an object");
    }
    for (; keys[nkey] != NULL; nkey++) {
        if (json_object_get(object, keys[nkey]) == NULL) {
            return undo_expected(read, keys[nkey], "this key to be there");
        }
    }
    return json_object_size(object) == nkey
               ? KD_OK
               : undo_expected_object(read, "no keys but those that an undo file has");
}

static kd_status undo_read_text(struct undo_read *read, const json_t *object, const char *key,
                                const char **ret)
{
    const char *text = json_string_value(json_object_get(object, key));

    if (text == NULL) {
        return undo_expected(read, key, "a string");
    }
    *ret = kd_arena_strdup(read->arena, text);
    return KD_OK;
}

static kd_status undo_read_name(struct undo_read *read, const json_t *object, const char *key,
                                const char **ret)
{
    const char *text = NULL;
    kd_status status = undo_read_text(read, object, key, &text);

    if (status != KD_OK) {
        return status;
    }
    if (kd_name_from_str(read->arena, text, ret, NULL) != KD_OK) {
        return undo_expected(read, key, "a domain name");
    }
    return KD_OK;
}

static kd_status undo_read_number(struct undo_read *read, const json_t *object, const char *key,
                                  uint32_t max, uint32_t *ret)
{
    const json_t *value = json_object_get(object, key);
    json_int_t number = json_integer_value(value);

    if (!json_is_integer(value) || number < 0 || number > (json_int_t)max) {
        return kd_fail(read->err, KD_ESYNTAX, "undo",
                       "%s%s: expected an integer from 0 to %" PRIu32, read->place, key, max);
    }
    *ret = (uint32_t)number;
    return KD_OK;
}

static kd_status undo_read_record(struct undo_read *read, const json_t *object,
                                  struct kd_srv *ret)
{
    static const char *const KEY[] = {"priority", "weight", "port", "ttl_s", "target", NULL};
    static const uint32_t MAX[] = {UINT16_MAX, UINT16_MAX, UINT16_MAX, UINT32_MAX};
    uint32_t number[sizeof(MAX) / sizeof(MAX[0])] = {0};
    kd_status status = undo_check_keys(read, object, KEY);

    for (size_t i = 0; status == KD_OK && i < sizeof(MAX) / sizeof(MAX[0]); i++) {
        status = undo_read_number(read, object, KEY[i], MAX[i], &number[i]);
    }
    if (status == KD_OK) {
        status = undo_read_name(read, object, "target", &ret->target);
    }
    ret->priority = (uint16_t)number[0];
    ret->weight = (uint16_t)number[1];
    ret->port = (uint16_t)number[2];
    ret->ttl_s = number[3];
    return status;
}

static kd_status undo_read_before(struct undo_read *read, const json_t *object,
                                  struct kd_undo_change *ret)
{
    const json_t *set = json_object_get(object, "before");
    kd_status status = KD_OK;

    if (!json_is_array(set)) {
        return undo_expected(read, "before", "an array");
    }
    for (size_t i = 0; status == KD_OK && i < json_array_size(set); i++) {
        size_t len = undo_enter(read, "before", i);

        ret->before =
            kd_arena_grow(read->arena, ret->before, ret->nbefore, sizeof(*ret->before));
        status = undo_read_record(read, json_array_get(set, i), &ret->before[ret->nbefore]);
        ret->nbefore++;
        if (status == KD_OK) {
            read->place[len] = '\0';
        }
    }
    return status;
}

static kd_status undo_read_server(struct undo_read *read, const json_t *object,
                                  struct kd_endpoint *ret)
{
    const char *text = NULL;
    kd_status status = undo_read_text(read, object, "server", &text);

    if (status != KD_OK) {
        return status;
    }
    if (kd_endpoint_from_str(text, KD_DNS_PORT, ret, NULL) != KD_OK) {
        return undo_expected(read, "server", "a server such as \"192.0.2.53:53\"");
    }
    return KD_OK;
}

static kd_status undo_read_identity(struct undo_read *read, const json_t *object,
                                    struct kd_undo_change *ret)
{
    if (json_is_null(json_object_get(object, "identity"))) {
        return KD_OK;
    }
    return undo_read_text(read, object, "identity", &ret->identity);
}

static kd_status undo_read_names(struct undo_read *read, const json_t *object,
                                 struct kd_undo_change *ret)
{
    kd_status status = undo_read_name(read, object, "zone", &ret->zone);

    if (status == KD_OK) {
        status = undo_read_name(read, object, "owner", &ret->owner);
    }
    if (status == KD_OK && !kd_name_is_below(ret->owner, ret->zone)) {
        status = undo_expected(read, "owner", "a name in the zone");
    }
    return status;
}

static kd_status undo_read_change(struct undo_read *read, const json_t *object,
                                  struct kd_undo_change *ret)
{
    static const char *const KEY[] = {"zone",   "owner",  "server", "identity",
                                      "is_add", "record", "before", NULL};
    kd_status status = undo_check_keys(read, object, KEY);
    size_t len;

    if (status == KD_OK) {
        status = undo_read_names(read, object, ret);
    }
    if (status == KD_OK) {
        status = undo_read_server(read, object, &ret->server);
    }
    if (status == KD_OK) {
        status = undo_read_identity(read, object, ret);
    }
    if (status == KD_OK && !json_is_boolean(json_object_get(object, "is_add"))) {
        status = undo_expected(read, "is_add", "true or false");
    }
    if (status != KD_OK) {
        return status;
    }
    ret->is_add = json_is_true(json_object_get(object, "is_add"));
    len = undo_enter(read, "record", SIZE_MAX);
    status = undo_read_record(read, json_object_get(object, "record"), &ret->record);
    if (status != KD_OK) {
        return status;
    }
    read->place[len] = '\0';
    return undo_read_before(read, object, ret);
}

static kd_status undo_read_changes(struct undo_read *read, const json_t *doc,
                                   struct kd_undo *ret)
{
    const json_t *changes = json_object_get(doc, "changes");
    kd_status status = KD_OK;

    if (json_array_size(changes) == 0) {
        return undo_expected(read, "changes", "an array with one change at least");
    }
    for (size_t i = 0; status == KD_OK && i < json_array_size(changes); i++) {
        undo_enter(read, "changes", i);
        ret->change =
            kd_arena_grow(read->arena, ret->change, ret->nchange, sizeof(*ret->change));
        status = undo_read_change(read, json_array_get(changes, i), &ret->change[ret->nchange]);
        ret->nchange++;
        if (status == KD_OK) {
            read->place[0] = '\0';
        }
    }
    return status;
}

static kd_status undo_read_head(struct undo_read *read, const json_t *doc, struct kd_undo *ret)
{
    static const char *const KEY[] = {"schema", "tool_version", "written",
                                      "action", "changes",      NULL};
    const char *text = NULL;
    kd_status status = undo_check_keys(read, doc, KEY);

    if (status == KD_OK) {
        status = undo_read_text(read, doc, "schema", &text);
    }
    if (status == KD_OK && strcmp(text, KD_UNDO_SCHEMA) != 0) {
        return undo_expected(read, "schema", "\"" KD_UNDO_SCHEMA "\"");
    }
    if (status == KD_OK) {
        status = undo_read_text(read, doc, "tool_version", &text);
    }
    if (status == KD_OK) {
        status = undo_read_text(read, doc, "written", &text);
    }
    if (status == KD_OK) {
        status = undo_read_text(read, doc, "action", &ret->action);
    }
    if (status == KD_OK && strcmp(ret->action, "publish") != 0 &&
        strcmp(ret->action, "unpublish") != 0 && strcmp(ret->action, "undo") != 0) {
        status = undo_expected(read, "action", "publish, unpublish or undo");
    }
    return status;
}

kd_status kd_undo_file_read(struct kd_arena *arena, const char *path, struct kd_undo *ret,
                            struct kd_err *err)
{
    struct undo_read read = {.arena = arena, .err = err};
    struct kd_json_file file = {0};
    struct kd_undo undo = {0};
    kd_status status = kd_json_file_read(path, KD_UNDO_FILE_MAX, &file, err);

    if (status != KD_OK) {
        return status;
    }
    status = undo_read_head(&read, file.doc, &undo);
    if (status == KD_OK) {
        status = undo_read_changes(&read, file.doc, &undo);
    }
    kd_json_file_done(&file);
    if (status != KD_OK) {
        kd_err_prefix(err, "%.120s", path);
        return status;
    }
    *ret = undo;
    return KD_OK;
}
