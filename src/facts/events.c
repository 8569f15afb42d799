/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * events.c - names of the closed lists in facts about event logs.
 */
#include "kmsdns/facts/events.h"

static const char *const FORMAT_NAME[KD_EVENT_FORMAT_COUNT] = {
#define XX(name, text) [KD_EVENT_FORMAT_##name] = (text),
    KD_EVENT_FORMAT_MAP(XX)
#undef XX
};

static const char *const ENCODING_NAME[KD_EVENT_ENCODING_COUNT] = {
#define XX(name, text) [KD_EVENT_ENCODING_##name] = (text),
    KD_EVENT_ENCODING_MAP(XX)
#undef XX
};

static const char *const LICENCE_NAME[KD_EVENT_LICENCES] = {
    "unlicensed",        "licensed",     "out-of-box grace", "out-of-tolerance grace",
    "non-genuine grace", "notification", "extended grace",
};

const char *kd_event_format_str(kd_event_format format)
{
    return (size_t)format < KD_EVENT_FORMAT_COUNT ? FORMAT_NAME[format] : "?";
}

const char *kd_event_encoding_str(kd_event_encoding encoding)
{
    return (size_t)encoding < KD_EVENT_ENCODING_COUNT ? ENCODING_NAME[encoding] : "?";
}

const char *kd_event_licence_str(unsigned int licence)
{
    return licence < KD_EVENT_LICENCES ? LICENCE_NAME[licence] : "unknown";
}
