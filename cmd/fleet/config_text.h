/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INI files, line by line: `[section]`, `key = value`, empty lines, and comments that begin with #
 * or ;. GKeyFile reads them too, but cannot say at which line anything stands.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct config_line {
  const char *path;
  guint number;        /* from 1 on */
  const char *section; /* NULL before the first one */
  const char *key;     /* NULL: the section begins here */
  const char *value;
};

/* Who takes the lines. */
struct config_sink {
  bool (*take)(const struct config_line *line, gpointer data, GError **error);
  gpointer data;
};

/*
 * Hand over every section and key, in their order. False with the error of the sink, or with
 * CONFIG_ERROR_SYNTAX for a line that is none of the above or no UTF-8.
 */
bool config_text_read(const char *path, const char *text, const struct config_sink *sink,
                      GError **error);

/* Whether a text has keys, but no section that they could belong to. */
bool config_text_lacks_section(const char *text);

/* Refuse a line with CONFIG_ERROR_SYNTAX: "FILE:LINE: WHY". Always false. */
bool config_text_refuse(const struct config_line *line, const char *why, GError **error);
