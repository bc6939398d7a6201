/* SPDX-License-Identifier: Apache-2.0 */
/* Parser of /etc/fstab. */
#include "guest/disk/fstab.h"

#include <string.h>

#define ENTRIES_MAX 1000

static void
entry_free(gpointer data)
{
  struct fstab_entry *entry = data;

  g_free(entry->source);
  g_free(entry->mount_point);
  g_free(entry->type);
  g_free(entry);
}

/* Three octal digits behind a backslash: how blanks are written, and anything else may be. */
static bool
is_escape(const char *text)
{
  return text[0] == '\\' && text[1] >= '0' && text[1] <= '3' && text[2] >= '0' && text[2] <= '7' &&
         text[3] >= '0' && text[3] <= '7';
}

static void
unescape(char *text)
{
  char *out = text;

  while (*text) {
    if (is_escape(text)) {
      *out++ = (char)((text[1] - '0') << 6 | (text[2] - '0') << 3 | (text[3] - '0'));
      text += 4;
    } else {
      *out++ = *text++;
    }
  }
  *out = '\0';
}

/* Cut the next field off a line. NULL when there is none. */
static char *
next_field(char **line)
{
  char *field = *line + strspn(*line, " \t\r");
  size_t length = strcspn(field, " \t\r");

  if (length == 0)
    return NULL;
  *line = field + length;
  if (**line)
    *(*line)++ = '\0';
  unescape(field);
  return field;
}

static bool
has_option(const char *options, const char *wanted)
{
  g_auto(GStrv) list = g_strsplit(options, ",", -1);

  return g_strv_contains((const char *const *)list, wanted);
}

/* NAME="value" is the same as NAME=value. */
static char *
unquote(const char *source)
{
  g_auto(GStrv) parts = g_strsplit(source, "\"", -1);

  return g_strjoinv("", parts);
}

static bool
is_from_disk(const char *source)
{
  static const char *const prefixes[] = {"UUID=", "LABEL=", "PARTUUID=", "PARTLABEL=", "/dev/"};

  for (guint i = 0; i < G_N_ELEMENTS(prefixes); i++)
    if (g_str_has_prefix(source, prefixes[i]))
      return true;
  return false;
}

static struct fstab_entry *
parse_line(char *line)
{
  const char *source = next_field(&line);
  const char *mount_point = source && source[0] != '#' ? next_field(&line) : NULL;
  const char *type = mount_point ? next_field(&line) : NULL;
  const char *options = type ? next_field(&line) : NULL;

  if (!type || mount_point[0] != '/' || strcmp(type, "swap") == 0)
    return NULL;
  if (!options)
    options = "defaults";
  bool bind = has_option(options, "bind") || has_option(options, "rbind");
  if (has_option(options, "noauto") || !(bind ? source[0] == '/' : is_from_disk(source)))
    return NULL;
  struct fstab_entry *entry = g_new(struct fstab_entry, 1);
  *entry = (struct fstab_entry){
      .source = unquote(source),
      .mount_point = g_strdup(mount_point),
      .type = g_strdup(type),
      .optional = has_option(options, "nofail"),
      .bind = bind,
  };
  return entry;
}

static guint
depth(const char *path)
{
  guint names = 0;

  for (; *path; path++)
    names += path[0] == '/' && path[1] != '/' && path[1] != '\0';
  return names;
}

static int
compare_depth(gconstpointer a, gconstpointer b)
{
  const struct fstab_entry *const *one = a, *const *other = b;
  guint one_depth = depth((*one)->mount_point), other_depth = depth((*other)->mount_point);

  return (one_depth > other_depth) - (one_depth < other_depth);
}

GPtrArray *
fstab_parse(GBytes *content)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func(entry_free);
  gsize size;
  const char *bytes = g_bytes_get_data(content, &size);
  g_autofree char *text = g_strndup(bytes, size);
  char *rest = text;
  char *line;

  while (rest && (line = strsep(&rest, "\n")) && entries->len < ENTRIES_MAX) {
    struct fstab_entry *entry = parse_line(line);

    if (entry)
      g_ptr_array_add(entries, entry);
  }
  /* Stable, so that of two mounts in one place the later line's remains on top. */
  g_ptr_array_sort(entries, compare_depth);
  return entries;
}
