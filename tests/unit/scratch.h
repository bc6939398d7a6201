/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A temporary folder in which real tools make a test's input. Every function ends the test when it
 * fails.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct scratch {
  char *path;
};
typedef struct scratch Scratch;

struct scratch *scratch_new(void);
void scratch_free(struct scratch *scratch); /* removes it, too; NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scratch, scratch_free)

/*
 * Whether every tool of a list ended by NULL is installed; if not, the test is marked as skipped.
 */
bool scratch_has_tools(const char *tool, ...) G_GNUC_NULL_TERMINATED;

/*
 * Run a shell script in the folder; it stops at the first command that fails. printf() arguments.
 */
void scratch_run(struct scratch *scratch, const char *format, ...) G_GNUC_PRINTF(2, 3);

void scratch_write(struct scratch *scratch, const char *name, const void *bytes, gsize length);
GBytes *scratch_read(struct scratch *scratch, const char *name);

/* A descriptor of a file in the folder, open for reading. */
int scratch_open(struct scratch *scratch, const char *name);

/* A descriptor of a file in memory that holds these bytes and then zeros up to `size`. */
int scratch_memory(const void *bytes, gsize length, guint64 size);
