/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option_value.c - the readers of those option values that are more than a number. Errors name
 * the value; the parser puts the option before them. What may be a secret is never repeated.
 */
#include "option_value.h"

#include <string.h>

#include "kmsdns/base/num.h"
#include "kmsdns/dns/name.h"
#include "kmsdns/dns/usual.h"
#include "kmsdns/import/events.h"

#define VALUE_SERVICE_MAX 127
#define VALUE_LABEL_MAX   63 /* RFC 1035 2.3.4 */

kd_status kd_option_add_candidate(struct kd_arena *arena, struct kd_options *options,
                                  const char *text, kd_source source, struct kd_err *err)
{
    struct kd_candidate_text *list;

    if (options->ncandidate >= KD_MAX_CANDIDATES) {
        return kd_fail(err, KD_ETOOBIG, "options",
                       "more than %d candidate domains; give fewer in one run",
                       KD_MAX_CANDIDATES);
    }
    list = kd_arena_grow(arena, options->candidate, options->ncandidate, sizeof(*list));
    list[options->ncandidate] = (struct kd_candidate_text){.text = text, .source = source};
    options->candidate = list;
    options->ncandidate++;
    return KD_OK;
}

/* Adds a server to a list; thing is what to call it in the plural. Its port is 0 where none was
 * named, until kd_options_parse() knows which one that is. */
static kd_status value_add_endpoint(struct kd_arena *arena, const char *value,
                                    struct kd_endpoint **list, size_t *n, const char *thing,
                                    struct kd_err *err)
{
    struct kd_endpoint endpoint;
    kd_status status = kd_endpoint_from_str(value, 0, &endpoint, err);

    if (status != KD_OK) {
        return status;
    }
    if (*n >= KD_MAX_RESOLVERS) {
        return kd_fail(err, KD_ETOOBIG, "options", "more than %d %s; give fewer",
                       KD_MAX_RESOLVERS, thing);
    }
    *list = kd_arena_grow(arena, *list, *n, sizeof(endpoint));
    (*list)[*n] = endpoint;
    *n += 1;
    return KD_OK;
}

kd_status kd_option_value_resolver(struct kd_arena *arena, const struct kd_option *option,
                                   const char *value, struct kd_options *options,
                                   struct kd_err *err)
{
    (void)option;
    return value_add_endpoint(arena, value, &options->resolver, &options->nresolver,
                              "resolvers", err);
}

kd_status kd_option_value_server(struct kd_arena *arena, const struct kd_option *option,
                                 const char *value, struct kd_options *options,
                                 struct kd_err *err)
{
    (void)option;
    return value_add_endpoint(arena, value, &options->server, &options->nserver, "servers",
                              err);
}

static bool value_is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Adds text[0..len) without the blanks around it; nothing when only blanks are there. */
static kd_status value_add_trimmed(struct kd_arena *arena, struct kd_options *options,
                                   const char *text, size_t len, kd_source source,
                                   struct kd_err *err)
{
    while (len > 0 && value_is_blank(text[0])) {
        text++;
        len--;
    }
    while (len > 0 && value_is_blank(text[len - 1])) {
        len--;
    }
    if (len == 0) {
        return KD_OK;
    }
    return kd_option_add_candidate(arena, options, kd_arena_strndup(arena, text, len), source,
                                   err);
}

static kd_status value_add_list(struct kd_arena *arena, const struct kd_option *option,
                                const char *value, const char *separators,
                                struct kd_options *options, struct kd_err *err)
{
    for (;;) {
        size_t len = strcspn(value, separators);
        kd_status status = value_add_trimmed(arena, options, value, len, option->source, err);

        if (status != KD_OK || value[len] == '\0') {
            return status;
        }
        value += len + 1;
    }
}

kd_status kd_option_value_domain(struct kd_arena *arena, const struct kd_option *option,
                                 const char *value, struct kd_options *options,
                                 struct kd_err *err)
{
    if (value[strspn(value, " \t\r\n")] == '\0') {
        return kd_fail(err, KD_EINVAL, "options", "the domain is empty; leave the option out");
    }
    return value_add_list(arena, option, value, "", options, err);
}

kd_status kd_option_value_search_list(struct kd_arena *arena, const struct kd_option *option,
                                      const char *value, struct kd_options *options,
                                      struct kd_err *err)
{
    return value_add_list(arena, option, value, ", \t\r\n", options, err);
}

/* A comma stands inside an entry, so ";" and line ends (REG_MULTI_SZ as shown) part entries. */
kd_status kd_option_value_publish_list(struct kd_arena *arena, const struct kd_option *option,
                                       const char *value, struct kd_options *options,
                                       struct kd_err *err)
{
    return value_add_list(arena, option, value, ";\r\n", options, err);
}

kd_status kd_option_value_client(struct kd_arena *arena, const struct kd_option *option,
                                 const char *value, struct kd_options *options,
                                 struct kd_err *err)
{
    (void)arena;
    (void)option;
    return kd_client_from_str(value, &options->client, err);
}

static bool value_is_service_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* What is wrong with the label at the start of name; NULL for nothing. */
static const char *value_label_fault(const char *name, size_t len, size_t place)
{
    if (len == 0) {
        return "a label is empty";
    }
    if (len > VALUE_LABEL_MAX) {
        return "a label is longer than 63 bytes";
    }
    for (size_t i = 0; i < len; i++) {
        if (!value_is_service_char(name[i])) {
            return "labels are letters, digits, hyphen and underscore";
        }
    }
    /* RFC 2782, "Service" and "Proto" */
    return place < 2 && name[0] != '_' ? "its first two labels start with an underscore" : NULL;
}

/* What is wrong with a lower-case service name; NULL for nothing. */
static const char *value_service_fault(const char *name)
{
    size_t nlabel = 0;

    if (strlen(name) > VALUE_SERVICE_MAX) {
        return "it is longer than 127 bytes";
    }
    for (;;) {
        size_t len = strcspn(name, ".");
        const char *fault = value_label_fault(name, len, nlabel);

        nlabel++;
        if (fault != NULL || name[len] == '\0') {
            return fault != NULL || nlabel >= 2 ? fault : "its protocol is missing";
        }
        name += len + 1;
    }
}

kd_status kd_option_value_service(struct kd_arena *arena, const struct kd_option *option,
                                  const char *value, struct kd_options *options,
                                  struct kd_err *err)
{
    char *name = kd_arena_strdup(arena, value);
    size_t len = strlen(name);
    const char *fault;

    (void)option;
    if (len > 1 && name[len - 1] == '.') {
        name[len - 1] = '\0';
    }
    for (char *p = name; *p != '\0'; p++) {
        if (*p >= 'A' && *p <= 'Z') {
            *p = (char)(*p - 'A' + 'a');
        }
    }
    fault = value_service_fault(name);
    if (fault != NULL) {
        return kd_fail(err, KD_EINVAL, "options",
                       "\"%.60s\" is not a service name such as _vlmcs._tcp: %s", value, fault);
    }
    options->service = name;
    return KD_OK;
}

kd_status kd_option_value_vantage(struct kd_arena *arena, const struct kd_option *option,
                                  const char *value, struct kd_options *options,
                                  struct kd_err *err)
{
    const char *name = NULL;
    kd_status status = kd_name_from_str(arena, value, &name, err);

    (void)option;
    if (status == KD_OK && kd_name_nlabels(name) == 0) {
        status = kd_fail(err, KD_EINVAL, "options",
                         "the root is no place; write a name such as branch2 or "
                         "sat1.corp.example");
    }
    if (status == KD_OK) {
        options->vantage = name;
    }
    return status;
}

kd_status kd_option_value_seed(struct kd_arena *arena, const struct kd_option *option,
                               const char *value, struct kd_options *options,
                               struct kd_err *err)
{
    (void)arena;
    (void)option;
    options->has_seed = true;
    return kd_parse_u64(value, &options->seed, err);
}

kd_status kd_option_value_format(struct kd_arena *arena, const struct kd_option *option,
                                 const char *value, struct kd_options *options,
                                 struct kd_err *err)
{
    const struct kd_format *format = kd_format_by_name(value);
    struct kd_buf names = {0};
    size_t nformat = 0;
    const struct kd_format *all = kd_formats(&nformat);

    (void)arena;
    (void)option;
    if (format != NULL) {
        options->format = format;
        return KD_OK;
    }
    for (size_t i = 0; i < nformat; i++) {
        kd_buf_printf(&names, "%s%s",
                      i == 0             ? ""
                      : i + 1 == nformat ? " or "
                                         : ", ",
                      all[i].name);
    }
    (void)kd_fail(err, KD_EINVAL, "options", "\"%.40s\" is not a format; write %s", value,
                  kd_buf_str(&names));
    kd_buf_done(&names);
    return KD_EINVAL;
}

kd_status kd_option_value_output(struct kd_arena *arena, const struct kd_option *option,
                                 const char *value, struct kd_options *options,
                                 struct kd_err *err)
{
    (void)arena;
    (void)option;
    if (value[0] == '\0') {
        return kd_fail(err, KD_EINVAL, "options",
                       "the file name is empty; write - for standard output");
    }
    options->output = strcmp(value, "-") == 0 ? NULL : value;
    return KD_OK;
}

kd_status kd_option_value_fail_level(struct kd_arena *arena, const struct kd_option *option,
                                     const char *value, struct kd_options *options,
                                     struct kd_err *err)
{
    (void)arena;
    (void)option;
    return kd_severity_from_str(value, &options->fail_level, err);
}

kd_status kd_option_value_color(struct kd_arena *arena, const struct kd_option *option,
                                const char *value, struct kd_options *options,
                                struct kd_err *err)
{
    static const char *const WHEN[] = {
        [KD_COLOR_AUTO] = "auto", [KD_COLOR_ALWAYS] = "always", [KD_COLOR_NEVER] = "never"};

    (void)arena;
    (void)option;
    for (size_t i = 0; i < sizeof(WHEN) / sizeof(WHEN[0]); i++) {
        if (strcmp(value, WHEN[i]) == 0) {
            options->color = (kd_color_when)i;
            return KD_OK;
        }
    }
    return kd_fail(err, KD_EINVAL, "options", "\"%.40s\" is not auto, always or never", value);
}

static kd_status value_port(const char *text, uint16_t *ret, struct kd_err *err)
{
    uint32_t port = 0;
    kd_status status = kd_parse_u32(text, 1, UINT16_MAX, &port, err);

    if (status == KD_OK) {
        *ret = (uint16_t)port;
    }
    return status;
}

kd_status kd_option_value_dns_port(struct kd_arena *arena, const struct kd_option *option,
                                   const char *value, struct kd_options *options,
                                   struct kd_err *err)
{
    (void)arena;
    (void)option;
    return value_port(value, &options->dns_port, err);
}

/* "FQDN" or "FQDN:PORT"; that the name is a full one is judged later, with the facts. */
kd_status kd_option_value_host(struct kd_arena *arena, const struct kd_option *option,
                               const char *value, struct kd_options *options,
                               struct kd_err *err)
{
    size_t len = strcspn(value, ":");
    const char *name = kd_arena_strndup(arena, value, len);
    uint16_t port = KD_KMS_PORT;
    struct kd_addr addr;
    kd_status status = KD_OK;

    (void)option;
    /* RFC 2782, "Target": a name, never an address */
    if (value[0] == '[' || kd_addr_from_str(value, &addr, NULL) == KD_OK ||
        kd_addr_from_str(name, &addr, NULL) == KD_OK) {
        return kd_fail(err, KD_EINVAL, "options",
                       "\"%.60s\" is an address; an SRV record names a host: write its full "
                       "name",
                       value);
    }
    if (value[len] == ':') {
        status = value_port(value + len + 1, &port, err);
        kd_err_prefix(err, "port of \"%.60s\"", value);
    }
    if (status == KD_OK) {
        status = kd_name_from_str(arena, name, &name, err);
    }
    if (status == KD_OK && kd_name_nlabels(name) == 0) {
        status = kd_fail(err, KD_EINVAL, "options", "the root is no host; write a full name");
    }
    if (status == KD_OK) {
        options->host = name;
        options->host_port = port;
    }
    return status;
}

kd_status kd_option_value_secret(struct kd_err *err)
{
    return kd_fail(err, KD_EINVAL, "options",
                   "use --key-file: secrets on the command line can be seen by others");
}

/* A key as text where its file belongs: "[alg:]name:secret". ./a:b is a file all the same. */
static bool value_is_key(const char *value)
{
    return value[strcspn(value, ":/")] == ':';
}

kd_status kd_option_value_key_file(struct kd_arena *arena, const struct kd_option *option,
                                   const char *value, struct kd_options *options,
                                   struct kd_err *err)
{
    (void)arena;
    (void)option;
    if (value[0] == '\0') {
        return kd_fail(err, KD_EINVAL, "options",
                       "the file name is empty; write - for standard input");
    }
    if (value_is_key(value)) {
        return kd_option_value_secret(err);
    }
    options->key_file = value;
    return KD_OK;
}

kd_status kd_option_value_undo_file(struct kd_arena *arena, const struct kd_option *option,
                                    const char *value, struct kd_options *options,
                                    struct kd_err *err)
{
    (void)arena;
    (void)option;
    if (value[0] == '\0' || strcmp(value, "-") == 0) {
        return kd_fail(err, KD_EINVAL, "options",
                       "\"%s\" is no file name; the way back needs a file of its own", value);
    }
    options->undo_file = value;
    return KD_OK;
}

kd_status kd_option_value_help(struct kd_arena *arena, const struct kd_option *option,
                               const char *value, struct kd_options *options,
                               struct kd_err *err)
{
    (void)arena;
    (void)option;
    (void)value;
    (void)err;
    options->action = KD_ACTION_HELP;
    return KD_OK;
}

kd_status kd_option_value_version(struct kd_arena *arena, const struct kd_option *option,
                                  const char *value, struct kd_options *options,
                                  struct kd_err *err)
{
    (void)arena;
    (void)option;
    (void)value;
    (void)err;
    options->action = KD_ACTION_VERSION;
    return KD_OK;
}

kd_status kd_option_value_evidence(struct kd_arena *arena, const struct kd_option *option,
                                   const char *value, struct kd_options *options,
                                   struct kd_err *err)
{
    if (value[0] == '\0') {
        return kd_fail(err, KD_EINVAL, "options", "the file name is empty");
    }
    if (options->nevidence >= KD_MAX_FILES) {
        return kd_fail(err, KD_ETOOBIG, "options", "more than %d files; give fewer in one run",
                       KD_MAX_FILES);
    }
    options->evidence =
        kd_arena_grow(arena, options->evidence, options->nevidence, sizeof(*options->evidence));
    options->evidence[options->nevidence] = (struct kd_evidence_file){option->evidence, value};
    options->nevidence++;
    return KD_OK;
}

kd_status kd_option_value_since(struct kd_arena *arena, const struct kd_option *option,
                                const char *value, struct kd_options *options,
                                struct kd_err *err)
{
    (void)arena;
    (void)option;
    return kd_events_time_from_str(value, false, &options->since_s, err);
}

kd_status kd_option_value_until(struct kd_arena *arena, const struct kd_option *option,
                                const char *value, struct kd_options *options,
                                struct kd_err *err)
{
    (void)arena;
    (void)option;
    return kd_events_time_from_str(value, true, &options->until_s, err);
}

kd_status kd_option_value_computer(struct kd_arena *arena, const struct kd_option *option,
                                   const char *value, struct kd_options *options,
                                   struct kd_err *err)
{
    (void)arena;
    (void)option;
    if (value[0] == '\0') {
        return kd_fail(err, KD_EINVAL, "options", "the name is empty; leave the option out");
    }
    options->computer = value;
    return KD_OK;
}

kd_status kd_option_value_dhcp(struct kd_arena *arena, const struct kd_option *option,
                               const char *value, struct kd_options *options,
                               struct kd_err *err)
{
    (void)arena;
    (void)option;
    if (value[0] == '\0' || strlen(value) >= sizeof(options->dhcp_socket.interface)) {
        return kd_fail(err, KD_EINVAL, "options",
                       "\"%.40s\" is no network interface; write its name, such as eth0",
                       value);
    }
    options->dhcp = value;
    return KD_OK;
}

kd_status kd_option_value_write_reg(struct kd_arena *arena, const struct kd_option *option,
                                    const char *value, struct kd_options *options,
                                    struct kd_err *err)
{
    (void)arena;
    (void)option;
    if (value[0] == '\0' || strcmp(value, "-") == 0) {
        return kd_fail(err, KD_EINVAL, "options",
                       "name a file: standard output is for the report");
    }
    options->write_reg = value;
    return KD_OK;
}

kd_status kd_option_value_reg_generation(struct kd_arena *arena, const struct kd_option *option,
                                         const char *value, struct kd_options *options,
                                         struct kd_err *err)
{
    (void)arena;
    (void)option;
    for (int i = KD_REG_GENERATION_SL; i < KD_REG_GENERATION_COUNT; i++) {
        if (strcmp(value, kd_reg_generation_str((kd_reg_generation)i)) == 0) {
            options->reg_generation = (kd_reg_generation)i;
            return KD_OK;
        }
    }
    return kd_fail(err, KD_EINVAL, "options", "\"%.40s\" is not spp or sl", value);
}
