/* SPDX-License-Identifier: Apache-2.0 */
/* Making texts of facts from what a guest wrote: bounded, printable, without secrets. */
#pragma once

#include "guest/cloud/yaml.h"

/* A new text, NULL when it is over `max` bytes, empty, or not printable. NULL is fine. */
char *words_fact(const char *text, gsize max);

/* A word for a list separated by blanks: bytes other than letters, digits and "_.-/+:@" are '?'. */
char *words_name(const char *text, gsize max);

/* All of them, a separator between, cut before FIELD_TEXT_MAX, "…" last then. NULL when none. */
char *words_join(const GPtrArray *words, const char *separator);

/* A URL without user, password, query and fragment; else as words_fact(). */
char *words_url(const char *text);

/* Whether a URL in the text has a user and password, or a private key in PEM is there. */
bool words_hold_secret(const char *text, gsize length);
