/* SPDX-License-Identifier: Apache-2.0 */
/* The last lines that a process writes to its standard error, however much it writes. */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct last_words {
  GString *text; /* NULL while there is none */
  bool ended;    /* nothing more will come */
};

/* Read what there is, without waiting, from a file that was opened so. */
void last_words_read(struct last_words *words, int fd);

/*
 * The last three lines as one line of UTF-8 without control characters, a few hundred bytes long.
 * New; NULL when there are none.
 */
char *last_words_text(const struct last_words *words);

void last_words_clear(struct last_words *words);
