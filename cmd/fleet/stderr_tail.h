/* SPDX-License-Identifier: Apache-2.0 */
/* The last lines that a process writes to its standard error, however much it writes. */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct stderr_tail {
  GString *text; /* NULL while there is none */
  bool ended;    /* nothing more will come */
};

/* Read what there is, without waiting, from a file that was opened so. */
void stderr_tail_read(struct stderr_tail *tail, int fd);

/*
 * The last three lines as one line of UTF-8 without control characters, a few hundred bytes long.
 * New; NULL when there are none.
 */
char *stderr_tail_text(const struct stderr_tail *tail);

void stderr_tail_clear(struct stderr_tail *tail);
