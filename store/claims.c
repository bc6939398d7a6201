/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the configuration, each of one hypervisor. */
#include "store/claims.h"

#include "store/sql.h"

static const char FIND[] = "SELECT hypervisor_id\n"
                           "  FROM hypervisor\n"
                           " WHERE configured_as = :name AND hostname <> ''";

static const char HOLDER[] = "SELECT configured_as\n"
                             "  FROM hypervisor\n"
                             " WHERE hypervisor_id = :id AND configured_as <> :name";

static const char RELEASE[] = "UPDATE hypervisor\n"
                              "   SET configured_as = NULL\n"
                              " WHERE configured_as = :name AND hypervisor_id <> :id";

static const char TAKE[] = "UPDATE hypervisor\n"
                           "   SET configured_as = :name\n"
                           " WHERE hypervisor_id = :id AND configured_as IS NOT :name";

enum statement { FIND_BY_NAME, FIND_HOLDER, RELEASE_NAME, TAKE_NAME, STATEMENTS };

static const char *const texts[STATEMENTS] = {
    [FIND_BY_NAME] = FIND,
    [FIND_HOLDER] = HOLDER,
    [RELEASE_NAME] = RELEASE,
    [TAKE_NAME] = TAKE,
};

struct claims {
  sqlite3_stmt *statements[STATEMENTS];
};

struct claims *
claims_new(sqlite3 *db, GError **error)
{
  struct claims *claims = g_new0(struct claims, 1);

  for (size_t i = 0; i < STATEMENTS; i++)
    if (!(claims->statements[i] = sql_prepare(db, texts[i], error))) {
      claims_free(claims);
      return NULL;
    }
  return claims;
}

void
claims_free(struct claims *claims)
{
  if (!claims)
    return;
  for (size_t i = 0; i < STATEMENTS; i++)
    sqlite3_finalize(claims->statements[i]);
  g_free(claims);
}

static sqlite3_stmt *
bind(struct claims *claims, enum statement number, const char *name, gint64 id)
{
  sqlite3_stmt *statement = claims->statements[number];

  sql_bind_text(statement, ":name", name);
  sql_bind_number(statement, ":id", id);
  return statement;
}

bool
claims_find(struct claims *claims, const char *name, gint64 *ret_id, GError **error)
{
  return sql_find_number(bind(claims, FIND_BY_NAME, name, 0), ret_id, error);
}

bool
claims_admit(struct claims *claims, const struct ingest_options *options, gint64 id, GError **error)
{
  if (!options->configured_as || !options->configured)
    return true;
  sqlite3_stmt *find = bind(claims, FIND_HOLDER, options->configured_as, id);
  int row = sql_step(find, error);
  if (row <= 0)
    return row == 0;
  const char *holder = (const char *)sqlite3_column_text(find, 0);
  bool admitted = !g_strv_contains(options->configured, holder);
  if (!admitted)
    g_set_error(error, STORE_ERROR, STORE_ERROR_STREAM,
                "it is the hypervisor that already answers as [hypervisor %s]", holder);
  sqlite3_reset(find);
  return admitted;
}

bool
claims_take(struct claims *claims, const char *name, gint64 id, GError **error)
{
  return !name || (sql_run(bind(claims, RELEASE_NAME, name, id), error) &&
                   sql_run(bind(claims, TAKE_NAME, name, id), error));
}
