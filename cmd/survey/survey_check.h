/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a hypervisor answers at all. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * Connect, and write a stream that says who answers and lists nothing. A hypervisor that cannot be
 * reached has a stream too, whose end says why: `ret_answers` is false then. False when the stream
 * could not be written.
 */
bool survey_check(const char *uri, FILE *out, bool *ret_answers, GError **error);
