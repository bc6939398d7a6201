/* SPDX-License-Identifier: Apache-2.0 */
/* Files of lines whose fields are separated by colons: passwd(5) and its like. */
#pragma once

#include "guest/text.h"

/*
 * Cut the next line off `rest` that may be an entry: no comment, nor of NIS ("+…", "-…"), and only
 * what is before a NUL. Blanks before it are dropped. False after the last.
 */
bool colon_file_next(struct text *rest, struct text *ret_line);

/* Cut the next field off a line. What is behind the last one is empty. */
struct text colon_file_field(struct text *line);

/* A field that is a number to strtoul(3), as for glibc: behind blanks and a sign. At most `max`. */
bool colon_file_number(struct text field, guint64 max, guint64 *ret_number);

/* A field as a new C string. */
char *colon_file_string(struct text field);
