/* SPDX-License-Identifier: Apache-2.0 */
/* Files that a verb reads, of which - is standard input. */
#pragma once

#include <glib.h>
#include <stdio.h>

/* Open a file for reading. Close with input_close(). NULL with a G_FILE_ERROR that names it. */
FILE *input_open(const char *path, GError **error);
void input_close(FILE *in); /* leaves standard input open; NULL is fine */

/* The whole of a text file, new: at most INPUT_MAX bytes, and no NUL. NULL with a G_FILE_ERROR. */
char *input_read(const char *path, GError **error);

#define INPUT_MAX ((gsize)16 << 20)
