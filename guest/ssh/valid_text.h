/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of a guest where a fact has room for text only. */
#pragma once

#include <glib.h>

/* The bytes as valid UTF-8, U+FFFD in place of others, cut to at most `max` bytes. New. */
char *valid_text(const char *bytes, gsize max);
