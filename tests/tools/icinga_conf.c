/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * icinga_conf.c - prints contrib/icinga2/kmsdns-command.conf, the CheckCommand of Icinga 2, from
 * the option table of check_kmsdns. tests/docs/icinga.sh compares it; `make update-docs` writes it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/cmd/option_table.h"

/* Room for the longest option's macro. */
#define CONF_NAME_MAX 64

/* Nobody has Icinga ask for these: they print something else, or are for people. */
static bool conf_is_left_out(const struct kd_option *option)
{
    static const char *const NAME[] = {"dump-policy", "help", "quiet", "version"};

    for (size_t i = 0; i < sizeof(NAME) / sizeof(NAME[0]); i++) {
        if (strcmp(option->name, NAME[i]) == 0) {
            return true;
        }
    }
    return option->verbs != 0 && (option->verbs & KD_VERB_CHECK) == 0;
}

/* A text of the configuration's language. */
static void conf_print_text(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            putchar('\\');
        }
        putchar(*text);
    }
    putchar('"');
}

/* "kmsdns_dns_port" of "dns-port", "kmsdns_no_tcp" of "tcp" that is on by default. */
static const char *conf_macro(const struct kd_option *option)
{
    static char macro[CONF_NAME_MAX];
    int n = snprintf(macro, sizeof(macro), "kmsdns_%s%s", option->is_negated ? "no_" : "",
                     option->name);

    if (n < 0 || (size_t)n >= sizeof(macro)) {
        fprintf(stderr, "--%s: the name is too long\n", option->name);
        exit(1);
    }
    for (char *c = macro; *c != '\0'; c++) {
        *c = *c == '-' ? '_' : *c;
    }
    return macro;
}

/* -v, -vv, -vvv: Icinga has no argument that is given several times for a number. */
static void conf_print_count(const struct kd_option *option)
{
    printf("      value = {{ \"-\" + \"%c%c%c\".substr(0, macro(\"$%s$\")) }}\n"
           "      skip_key = true\n"
           "      set_if = {{ macro(\"$%s$\") > 0 }}\n",
           option->letter, option->letter, option->letter, conf_macro(option),
           conf_macro(option));
}

/* A value that may be left out has to stand behind "=". */
static void conf_print_value(const struct kd_option *option)
{
    if (option->argument[0] == '[') {
        printf("      value = \"--%s=$%s$\"\n      skip_key = true\n", option->name,
               conf_macro(option));
    } else {
        printf("      value = \"$%s$\"\n", conf_macro(option));
        if (option->again == KD_AGAIN_ADDS) {
            printf("      repeat_key = true\n");
        }
    }
}

static void conf_print_option(const struct kd_option *option)
{
    printf("    \"--%s%s\" = {\n      description = ", option->is_negated ? "no-" : "",
           option->name);
    conf_print_text(option->help);
    printf("\n");
    if (option->kind == KD_OPTION_BOOL) {
        printf("      set_if = \"$%s$\"\n", conf_macro(option));
    } else if (option->kind == KD_OPTION_COUNT) {
        conf_print_count(option);
    } else {
        conf_print_value(option);
    }
    printf("    }\n");
}

static void conf_print_head(void)
{
    printf(
        "// Made from the options of check_kmsdns by make update-docs; do not edit.\n"
        "// Each option is a variable of the service or host: --dns-port is kmsdns_dns_port;\n"
        "// a switch is true or false, what is repeatable may be an array.\n\n"
        "object CheckCommand \"kmsdns\" {\n"
        "  command = [ PluginDir + \"/check_kmsdns\" ]\n\n"
        "  arguments = {\n");
}

/* Each satellite that loads this puts its own name here. */
static void conf_print_tail(void)
{
    printf("  }\n\n"
           "  vars.kmsdns_vantage = NodeName\n"
           "  vars.kmsdns_verbose = 0\n"
           "}\n");
}

int main(void)
{
    size_t n = 0;
    const struct kd_option *option = kd_option_table(&n);

    conf_print_head();
    for (size_t i = 0; i < n; i++) {
        if (!conf_is_left_out(&option[i])) {
            conf_print_option(&option[i]);
        }
    }
    conf_print_tail();
    return ferror(stdout) != 0 || fflush(stdout) != 0 ? 1 : 0;
}
