/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of an authorized_keys file. */
#include "guest/ssh/login/key_file.h"

#include "guest/ssh/whole_file.h"

#include <string.h>

struct reading {
  struct key_file *file;
  GHashTable *same; /* an entry -> how often it was there so far */
  guint number;     /* of the line */
};

static void
free_line(gpointer data)
{
  struct key_line *line = data;

  authorized_line_clear(&line->line);
  authorized_key_free(line->fact);
  g_free(line);
}

/*
 * Whether options, which sshd takes, have one of this name with a value. They are separated by
 * commas outside of quotes, and their names may have any case.
 */
static bool
have_option(GBytes *options, const char *name)
{
  struct text rest = options ? text_of(options) : (struct text){"", 0};
  bool quoted = false, at_start = true;

  for (gsize i = 0; i < rest.length; i++) {
    if (at_start && rest.length - i >= strlen(name) &&
        g_ascii_strncasecmp(rest.at + i, name, strlen(name)) == 0)
      return true;
    if (rest.at[i] == '\\' && i + 1 < rest.length && rest.at[i + 1] == '"')
      i++;
    else if (rest.at[i] == '"')
      quoted = !quoted;
    at_start = !quoted && rest.at[i] == ',';
  }
  return false;
}

static GBytes *
cut_octets(GBytes *octets)
{
  return octets ? g_bytes_new_from_bytes(octets, 0, MIN(g_bytes_get_size(octets), KEY_LINE_MAX))
                : NULL;
}

static AuthorizedKey *
describe(const struct reading *reading, const struct key_line *line)
{
  const struct ssh_key *key = line->line.key;
  AuthorizedKey *fact = authorized_key_new();

  fact->line = reading->number;
  fact->options = cut_octets(line->line.options);
  fact->comment = cut_octets(line->line.comment);
  if (!key)
    return fact;
  fact->algorithm = g_strdup(key->algorithm);
  fact->bits = key->bits;
  fact->fingerprint = g_strdup(key->fingerprint);
  fact->cert_authority = line->line.cert_authority;
  return fact;
}

/* Name the entry; equal ones of a file are counted. */
static void
set_entry(struct reading *reading, AuthorizedKey *fact)
{
  char *plain = authorized_key_entry(fact, 0);
  guint same = GPOINTER_TO_UINT(g_hash_table_lookup(reading->same, plain));

  fact->entry = same > 0 ? authorized_key_entry(fact, same) : g_strdup(plain);
  g_hash_table_insert(reading->same, plain, GUINT_TO_POINTER(same + 1));
}

/* Whether a line that is too long to look at is only a comment. */
static bool
is_no_entry(struct text line)
{
  ssh_key_skip_blanks(&line);
  return line.length == 0 || line.at[0] == '#';
}

static void
take_line(struct reading *reading, struct text text)
{
  struct authorized_line parsed = {0};
  bool too_long = text.length > KEY_LINE_MAX;

  if (too_long ? is_no_entry(text) : !authorized_line_parse(text, &parsed))
    return;
  struct key_line *line = g_new0(struct key_line, 1);
  line->line = parsed;
  line->too_long = too_long;
  line->forced_command = have_option(line->line.options, "command=");
  line->fact = describe(reading, line);
  set_entry(reading, line->fact);
  g_ptr_array_add(reading->file->lines, line);
}

static void
set_state(struct key_file *file, const char *state, const char *detail)
{
  file->state = state;
  g_free(file->detail);
  file->detail = g_strdup(detail);
}

static void
take_lines(struct reading *reading, struct text rest, guint lines_max)
{
  while (rest.length > 0) {
    const char *end = memchr(rest.at, '\n', rest.length);
    gsize length = end ? (gsize)(end - rest.at) : rest.length;

    reading->number++;
    take_line(reading, (struct text){rest.at, length});
    length += end ? 1 : 0;
    rest = (struct text){rest.at + length, rest.length - length};
    if (reading->file->lines->len > lines_max) {
      g_ptr_array_set_size(reading->file->lines, (int)lines_max);
      set_state(reading->file, KEY_FILE_TRUNCATED, "more keys than are read");
      return;
    }
  }
}

/* Without the last line, whose end is missing. */
static struct text
whole_lines(GBytes *bytes)
{
  struct text text = text_of(bytes);

  while (text.length > 0 && text.at[text.length - 1] != '\n')
    text.length--;
  return text;
}

static void
take_text(struct key_file *file, struct text text, guint lines_max)
{
  g_autoptr(GHashTable) same = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  struct reading reading = {.file = file, .same = same};

  take_lines(&reading, text, lines_max);
  for (guint i = 0; i < file->lines->len; i++)
    if (((struct key_line *)file->lines->pdata[i])->too_long)
      set_state(file, KEY_FILE_TRUNCATED, "a line is longer than is read");
}

struct key_file *
key_file_read(struct road *road, const char *path, guint lines_max)
{
  struct key_file *file = g_new0(struct key_file, 1);
  g_autoptr(GError) error = NULL;
  bool cut = false;

  file->lines = g_ptr_array_new_with_free_func(free_line);
  g_autoptr(GBytes) bytes = whole_file_read(road, path, ROAD_FILE_MAX, &cut, &error);
  if (!bytes) {
    set_state(file, whole_file_state(error), error->message);
    return file;
  }
  file->state = KEY_FILE_OK;
  file->size = g_bytes_get_size(bytes);
  take_text(file, cut ? whole_lines(bytes) : text_of(bytes), lines_max);
  if (cut)
    set_state(file, KEY_FILE_TRUNCATED, "more than is read");
  return file;
}

void
key_file_free(struct key_file *file)
{
  if (!file)
    return;
  g_ptr_array_unref(file->lines);
  g_free(file->detail);
  g_free(file);
}
