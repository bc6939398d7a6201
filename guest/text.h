/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking through a guest's configuration files: lines, words, quotes. The bytes may be anything,
 * NUL included; nothing is copied before it is wanted.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct text {
  const char *at;
  gsize length;
};

/* All of some bytes, or of a string, which must live as long as the text does. */
struct text text_of(GBytes *bytes);
struct text text_of_string(const char *string);

/* Drop the first `count` bytes, which must be there. */
void text_drop(struct text *text, gsize count);

/* Cut off what is before the next `separator`, which is dropped; everything when there is none. */
struct text text_cut(struct text *rest, char separator);

/* Cut the next line off `rest`, blanks (space, tab, CR) around it dropped. False after the last. */
bool text_next_line(struct text *rest, struct text *ret_line);

/* Cut the next word off `rest`, up to a blank, quotes as they are written. False after the last. */
bool text_next_word(struct text *rest, struct text *ret_word);

/* If `text` begins with `prefix`, drop that. */
bool text_skip(struct text *text, const char *prefix);

/* Whether the whole text is `word`. */
bool text_is(struct text text, const char *word);
bool text_equal(struct text a, struct text b);

/*
 * The value of a shell assignment as os-release(5) allows it: quotes removed, backslashes resolved,
 * quoted parts joined. A new string, of any bytes; NULL when a quote stays open.
 */
GString *text_unquote(struct text text);

/* A new C string, or NULL when the bytes are not UTF-8 or contain control characters. */
char *text_printable(const char *bytes, gsize length);

/* A C string as valid UTF-8, U+FFFD in place of other bytes, cut to at most `max` bytes. New. */
char *text_make_valid(const char *bytes, gsize max);
