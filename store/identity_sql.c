/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of a kind's name, each the answer of one column of the table. */
#include "store/identity_sql.h"

#include "facts/identity_kinds.h"
#include "store/sql.h"

#include <stddef.h>

static const struct column {
  const char *function;
  size_t offset; /* of a const char * in struct identity_kind */
} columns[] = {
    {"identity_severity", offsetof(struct identity_kind, severity)},
    {"identity_consequence", offsetof(struct identity_kind, consequence)},
};

static void
answer(sqlite3_context *context, G_GNUC_UNUSED int count, sqlite3_value **arguments)
{
  const struct column *column = sqlite3_user_data(context);
  const char *name = (const char *)sqlite3_value_text(arguments[0]);
  const struct identity_kind *kind = name ? identity_kind_find(name) : NULL;

  if (kind)
    sqlite3_result_text(context, *(const char *const *)((const char *)kind + column->offset), -1,
                        SQLITE_STATIC);
}

bool
identity_sql_register(sqlite3 *db, GError **error)
{
  const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

  for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
    if (sqlite3_create_function_v2(db, columns[i].function, 1, flags, (gpointer)&columns[i], answer,
                                   NULL, NULL, NULL) != SQLITE_OK) {
      sql_set_error(db, error);
      return false;
    }
  return true;
}
