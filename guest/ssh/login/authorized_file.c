/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of an authorized_keys file. */
#include "guest/ssh/login/authorized_file.h"

#include "guest/ssh/file_state.h"
#include "guest/ssh/key/authorized_line.h"
#include "guest/ssh/key/key_text.h"

struct reading {
  struct authorized_file *file;
  GHashTable *same; /* an entry, of its first line -> how often it was there so far */
  guint number;     /* of the line */
};

static void
free_entry(gpointer data)
{
  struct authorized_entry *entry = data;

  authorized_key_free(entry->fact);
  g_free(entry);
}

/* Note what sshd reads in a line, of which `fact` takes the parts. */
static void
take_parsed(struct authorized_entry *entry, struct authorized_line *line)
{
  AuthorizedKey *fact = entry->fact;

  entry->malformed = !line->key || line->invalid_options;
  entry->forced_command = line->forced_command;
  entry->expires_at = line->expires_at;
  fact->options = g_steal_pointer(&line->options);
  fact->comment = g_steal_pointer(&line->comment);
  if (!line->key)
    return;
  entry->is_certificate = line->key->certificate != NULL;
  fact->algorithm = g_strdup(line->key->algorithm);
  fact->bits = line->key->bits;
  fact->fingerprint = g_steal_pointer(&line->key->fingerprint);
  fact->cert_authority = line->cert_authority;
}

/* Name the entry; equal ones of a file are counted. */
static void
set_entry(struct reading *reading, AuthorizedKey *fact)
{
  g_autofree char *entry = authorized_key_entry(fact, 0);
  gpointer first, same;

  if (g_hash_table_lookup_extended(reading->same, entry, &first, &same))
    fact->entry = authorized_key_entry(fact, GPOINTER_TO_UINT(same));
  else
    first = fact->entry = g_steal_pointer(&entry);
  g_hash_table_insert(reading->same, first, GUINT_TO_POINTER(GPOINTER_TO_UINT(same) + 1));
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
  struct authorized_entry *entry = g_new0(struct authorized_entry, 1);
  entry->too_long = too_long;
  entry->fact = authorized_key_new();
  entry->fact->line = reading->number;
  if (!too_long)
    take_parsed(entry, &parsed);
  set_entry(reading, entry->fact);
  g_ptr_array_add(reading->file->entries, entry);
  authorized_line_clear(&parsed);
}

static void
set_state(struct authorized_file *file, const char *state, const char *detail)
{
  file->state = state;
  g_free(file->detail);
  file->detail = g_strdup(detail);
}

static void
take_lines(struct reading *reading, struct text rest, guint entries_max)
{
  while (rest.length > 0) {
    reading->number++;
    take_line(reading, text_cut(&rest, '\n'));
    if (reading->file->entries->len > entries_max) {
      g_ptr_array_set_size(reading->file->entries, (int)entries_max);
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
take_text(struct authorized_file *file, struct text text, guint entries_max)
{
  g_autoptr(GHashTable) same = g_hash_table_new(g_str_hash, g_str_equal);
  struct reading reading = {.file = file, .same = same};

  take_lines(&reading, text, entries_max);
  for (guint i = 0; i < file->entries->len; i++)
    if (((struct authorized_entry *)file->entries->pdata[i])->too_long)
      set_state(file, KEY_FILE_TRUNCATED, "a line is longer than is read");
}

struct authorized_file *
authorized_file_read(struct road *road, const char *path, guint entries_max)
{
  struct authorized_file *file = g_new0(struct authorized_file, 1);
  g_autoptr(GError) error = NULL;
  bool cut = false;

  file->entries = g_ptr_array_new_with_free_func(free_entry);
  g_autoptr(GBytes) bytes = road_read_whole(road, path, ROAD_FILE_MAX, &cut, &error);
  if (!bytes) {
    set_state(file, file_state_of(error), error->message);
    return file;
  }
  file->state = KEY_FILE_OK;
  file->size = g_bytes_get_size(bytes);
  take_text(file, cut ? whole_lines(bytes) : text_of(bytes), entries_max);
  if (cut)
    set_state(file, KEY_FILE_TRUNCATED, "more than is read");
  return file;
}

void
authorized_file_free(struct authorized_file *file)
{
  if (!file)
    return;
  g_ptr_array_unref(file->entries);
  g_free(file->detail);
  g_free(file);
}
