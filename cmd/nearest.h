/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean": the word that a mistyped one comes nearest to. */
#pragma once

#include <glib.h>

/*
 * Index of the word that `typed` most likely means, -1 when none is near: it differs by at most a
 * third of its letters, or begins with `typed`. Words are compared as bytes.
 */
int nearest_word(const char *typed, const char *const *words, guint count);
