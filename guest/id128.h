/* SPDX-License-Identifier: Apache-2.0 */
/* 128-bit identifiers as text: sd-id128(3), machine-id(5). Any version and variant bits will do. */
#pragma once

#include <glib.h>

#define ID128_DIGITS ((gsize)32)

/* What no machine may be called: systemd refuses it, and many machines that have it are not one. */
#define ID128_NULL "00000000000000000000000000000000"

/*
 * A new string of 32 lower case hexadecimal digits when the text is 32 hexadecimal digits of any
 * case, NULL when it is anything else.
 */
char *id128_decode(const char *text, gsize length);

/* The same, but also of a UUID with its dashes (36 characters), as sd_id128_from_string() reads. */
char *id128_decode_dashed(const char *text, gsize length);
