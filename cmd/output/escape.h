/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Foreign text made safe to print. Names, hostnames and error texts come from guests and hosts that
 * may be hostile: printed as they are they could drive the terminal, or reverse the reading
 * direction of a line.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/*
 * Whether a character must not be printed: controls (C0, DEL, C1), format characters (Unicode Cf,
 * among them all that change the direction), line and paragraph separators.
 */
bool escape_is_unsafe(gunichar character);

/*
 * Append `length` bytes as one line of UTF-8, which can be undone: a backslash becomes \\, a
 * newline \n, a tab \t, a carriage return \r, another unsafe character \u{hex}, a byte that is no
 * UTF-8 \xhh.
 */
void escape_append(GString *text, const char *bytes, gsize length);

/* The same of a string, new. */
char *escape_text(const char *text);

/* JSON, new, that means the same, with unsafe characters as \uhhhh. `json` must be UTF-8. */
char *escape_json(const char *json);
