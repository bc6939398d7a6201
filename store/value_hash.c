/* SPDX-License-Identifier: Apache-2.0 */
/* FNV-1a, folded. */
#include "store/value_hash.h"

#include "store/sql.h"

#include <string.h>

#define FNV_OFFSET 0xcbf29ce484222325
#define FNV_PRIME  0x100000001b3
#define HASH_BITS  48

/* Kinds that are not compared among themselves alone. */
static const struct {
  const char *kind, *compared_as; /* NULL: not at all */
} exceptions[] = {
    {"dbus-machine-id", "machine-id"},
    {"cmdline-machine-id", NULL},
    {"hostname", NULL},
};

static const char *
compared_as(const char *kind)
{
  for (size_t i = 0; i < G_N_ELEMENTS(exceptions); i++)
    if (strcmp(exceptions[i].kind, kind) == 0)
      return exceptions[i].compared_as;
  return kind;
}

/* With the byte that ends the text. */
static guint64
fnv(guint64 hash, const char *text)
{
  const size_t size = strlen(text) + 1;

  for (size_t i = 0; i < size; i++)
    hash = (hash ^ (guint8)text[i]) * FNV_PRIME;
  return hash;
}

gint64
value_hash(const char *kind, const char *value)
{
  const char *class = compared_as(kind);

  if (!class || !value)
    return VALUE_HASH_NONE;
  const guint64 hash = fnv(fnv(FNV_OFFSET, class), value);
  return (gint64)((hash ^ hash >> HASH_BITS) & ((G_GUINT64_CONSTANT(1) << HASH_BITS) - 1));
}

static void
answer(sqlite3_context *context, G_GNUC_UNUSED int count, sqlite3_value **arguments)
{
  const char *kind = (const char *)sqlite3_value_text(arguments[0]);
  const char *value = (const char *)sqlite3_value_text(arguments[1]);

  sqlite3_result_int64(context, kind ? value_hash(kind, value) : VALUE_HASH_NONE);
}

bool
value_hash_register(sqlite3 *db, GError **error)
{
  const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

  if (sqlite3_create_function_v2(db, "value_hash", 2, flags, NULL, answer, NULL, NULL, NULL) ==
      SQLITE_OK)
    return true;
  sql_set_error(db, error);
  return false;
}
