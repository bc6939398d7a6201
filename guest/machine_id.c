/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two machine ID files. The state of either is what systemd makes of its bytes at the next
 * boot: machine-id(5), id128_read_fd() of systemd 252. The value is what the program that owns the
 * file reads from it, and libdbus is more lenient: _dbus_read_uuid_file() of D-Bus 1.14.
 */
#include "guest/collect.h"
#include "guest/id128.h"

#include <string.h>

#define UNINITIALIZED_WORD "uninitialized"

/* systemd: the digits, then at most one line feed. */
static char *
decode_systemd(const char *bytes, gsize size)
{
  if (size > 0 && bytes[size - 1] == '\n')
    size--;
  return id128_decode(bytes, size);
}

/* libdbus: the digits, with any white space around. */
static char *
decode_libdbus(const char *bytes, gsize size)
{
  static const char white[] = {' ', '\t', '\n', '\r'};

  /* The rest of a file that was cut is unknown, and it need not be white. */
  if (size >= IDENTITY_RAW_MAX)
    return NULL;
  while (size > 0 && memchr(white, bytes[size - 1], sizeof(white)))
    size--;
  while (size > 0 && memchr(white, *bytes, sizeof(white))) {
    bytes++;
    size--;
  }
  return id128_decode(bytes, size);
}

struct id_file {
  const char *kind;
  const char *path;
  char *(*decode)(const char *bytes, gsize size);
};

enum { SYSTEMD_FILE, DBUS_FILE, FILES };

static const struct id_file id_files[FILES] = {
    [SYSTEMD_FILE] = {IDENTITY_MACHINE_ID, "/etc/machine-id", decode_systemd},
    [DBUS_FILE] = {IDENTITY_DBUS_MACHINE_ID, "/var/lib/dbus/machine-id", decode_libdbus},
};

static bool
is_word(const char *bytes, gsize size, const char *word)
{
  gsize length = strlen(word);

  if (size == length + 1 && bytes[length] == '\n')
    size--;
  return size == length && memcmp(bytes, word, length) == 0;
}

static const char *
state_of(const char *bytes, gsize size)
{
  if (size == 0)
    return STATE_EMPTY;
  if (is_word(bytes, size, UNINITIALIZED_WORD))
    return STATE_UNINITIALIZED;
  g_autofree char *id = decode_systemd(bytes, size);
  if (!id)
    return STATE_MALFORMED;
  if (strcmp(id, ID128_NULL) == 0)
    return STATE_NULL;
  if (memcmp(id, bytes, ID128_DIGITS) != 0)
    return STATE_VALID_UPPERCASE;
  return size == ID128_DIGITS ? STATE_VALID_NO_NEWLINE : STATE_VALID;
}

static void
judge(const struct id_file *file, struct identity *identity)
{
  gsize size;
  const char *bytes = g_bytes_get_data(identity->raw, &size);
  g_autofree char *id = file->decode(bytes, size);

  identity->state = g_strdup(state_of(bytes, size));
  if (id && strcmp(id, ID128_NULL) != 0)
    identity->value = g_steal_pointer(&id);
}

static bool
same_file(const struct file_stat *a, const struct file_stat *b)
{
  /* A single link under two names is a linked directory, not a linked file. */
  return a->type == FILE_REGULAR && b->type == FILE_REGULAR && a->link_count > 1 &&
         a->device == b->device && a->inode == b->inode;
}

void
machine_id_collect(struct road *road, struct root *root)
{
  struct identity *identities[FILES];
  struct file_stat selves[FILES];

  for (guint i = 0; i < FILES; i++) {
    identities[i] = collect_identity(road, root, id_files[i].kind, id_files[i].path, &selves[i]);
    if (identities[i]->raw)
      judge(&id_files[i], identities[i]);
  }
  if (same_file(&selves[SYSTEMD_FILE], &selves[DBUS_FILE])) {
    identities[SYSTEMD_FILE]->same_file_as = g_strdup(id_files[DBUS_FILE].path);
    identities[DBUS_FILE]->same_file_as = g_strdup(id_files[SYSTEMD_FILE].path);
  }
}
