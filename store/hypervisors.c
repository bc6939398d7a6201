/* SPDX-License-Identifier: Apache-2.0 */
/* Hypervisors by their key, or by the URI while nobody has answered. */
#include "store/hypervisors.h"

#include "store/claims.h"
#include "store/hypervisor_facts.h"
#include "store/sql.h"

#include <string.h>

static const char FIND[] = "SELECT hypervisor_id\n"
                           "  FROM hypervisor\n"
                           " WHERE driver = :driver AND host_uuid = :host_uuid\n"
                           "   AND hostname = :hostname AND scope = :scope";

/*
 * Where one URI has led to several, none of them was asked for all that is known: qemu:///system is
 * another on every host. Then, as before anybody answered, it is the row of the URI itself.
 */
static const char FIND_BY_URI[] =
    "SELECT min(h.hypervisor_id)\n"
    "  FROM hypervisor AS h\n"
    "  JOIN hypervisor_fact AS f ON f.hypervisor_id = h.hypervisor_id\n"
    " WHERE f.uri = :uri AND f.until_scan IS NULL\n"
    " GROUP BY h.hostname = ''\n"
    "HAVING count(*) = 1\n"
    " ORDER BY h.hostname = ''\n"
    " LIMIT 1";

/* One that stands for the name, else one for the URI that stands for no name. */
static const char FIND_UNREACHED[] =
    "SELECT h.hypervisor_id\n"
    "  FROM hypervisor AS h\n"
    "  JOIN hypervisor_fact AS f ON f.hypervisor_id = h.hypervisor_id\n"
    " WHERE h.hostname = '' AND f.until_scan IS NULL\n"
    "   AND (h.configured_as = :name OR h.configured_as IS NULL AND f.uri = :uri)\n"
    " ORDER BY h.configured_as IS NULL\n"
    " LIMIT 1";

static const char ADD[] = "INSERT INTO hypervisor (driver, host_uuid, hostname, scope)\n"
                          "VALUES (:driver, :host_uuid, :hostname, :scope)";

static const char CLAIM[] = "UPDATE hypervisor\n"
                            "   SET driver = :driver, host_uuid = :host_uuid,\n"
                            "       hostname = :hostname, scope = :scope\n"
                            " WHERE hypervisor_id = :id";

static const char NAME[] = "SELECT name\n"
                           "  FROM hypervisors\n"
                           " WHERE hypervisor_id = :id";

enum statement { BY_KEY, BY_URI, UNREACHED, INSERT, UPDATE, SELECT_NAME, STATEMENTS };

static const char *const texts[STATEMENTS] = {
    [BY_KEY] = FIND, [BY_URI] = FIND_BY_URI, [UNREACHED] = FIND_UNREACHED,
    [INSERT] = ADD,  [UPDATE] = CLAIM,       [SELECT_NAME] = NAME,
};

struct hypervisors {
  sqlite3_stmt *statements[STATEMENTS];
  struct fact_table *facts;
  struct claims *claims;
};

/* What a hypervisor is known by. */
struct key {
  const char *driver, *host_uuid, *hostname, *scope;
};

struct hypervisors *
hypervisors_new(sqlite3 *db, struct row_changes *changes, GError **error)
{
  struct hypervisors *hypervisors = g_new0(struct hypervisors, 1);
  bool done = (hypervisors->facts = hypervisor_facts_new(db, changes, error)) &&
              (hypervisors->claims = claims_new(db, error));

  for (size_t i = 0; done && i < STATEMENTS; i++)
    done = (hypervisors->statements[i] = sql_prepare(db, texts[i], error));
  if (done)
    return hypervisors;
  hypervisors_free(hypervisors);
  return NULL;
}

void
hypervisors_free(struct hypervisors *hypervisors)
{
  if (!hypervisors)
    return;
  fact_table_free(hypervisors->facts);
  claims_free(hypervisors->claims);
  for (size_t i = 0; i < STATEMENTS; i++)
    sqlite3_finalize(hypervisors->statements[i]);
  g_free(hypervisors);
}

const char *
hypervisors_asked_uri(const struct ingest_options *options, const struct collection *collection)
{
  return options->uri ? options->uri : collection->uri;
}

static sqlite3_stmt *
bind_key(struct hypervisors *hypervisors, enum statement number, const struct key *key)
{
  sqlite3_stmt *statement = hypervisors->statements[number];

  sql_bind_text(statement, ":driver", key->driver);
  sql_bind_text(statement, ":host_uuid", key->host_uuid);
  sql_bind_text(statement, ":hostname", key->hostname);
  sql_bind_text(statement, ":scope", key->scope);
  return statement;
}

static bool
find_unreached(struct hypervisors *hypervisors, const struct asking *asking, gint64 *ret_id,
               GError **error)
{
  sqlite3_stmt *statement = hypervisors->statements[UNREACHED];

  sql_bind_text(statement, ":uri", asking->uri);
  sql_bind_text(statement, ":name", asking->options->configured_as);
  return sql_find_number(statement, ret_id, error);
}

static gint64
add(struct hypervisors *hypervisors, const struct key *key, GError **error)
{
  sqlite3_stmt *insert = bind_key(hypervisors, INSERT, key);

  return sql_run(insert, error) ? sqlite3_last_insert_rowid(sqlite3_db_handle(insert)) : 0;
}

static gint64
claim(struct hypervisors *hypervisors, const struct key *key, gint64 id, GError **error)
{
  sqlite3_stmt *update = bind_key(hypervisors, UPDATE, key);

  sql_bind_number(update, ":id", id);
  return sql_run(update, error) ? id : 0;
}

static gint64
find_or_make(struct hypervisors *hypervisors, const struct asking *asking, const struct key *key,
             GError **error)
{
  struct fact_place unreached = {.scan_id = asking->scan_id};
  gint64 id;

  if (!sql_find_number(bind_key(hypervisors, BY_KEY, key), &id, error) ||
      !find_unreached(hypervisors, asking, &unreached.id, error) ||
      !claims_admit(hypervisors->claims, asking->options, id, error))
    return 0;
  if (id == 0 && unreached.id == 0)
    return add(hypervisors, key, error);
  if (id == 0)
    return claim(hypervisors, key, unreached.id, error);
  if (unreached.id && !fact_table_close(hypervisors->facts, &unreached, error))
    return 0;
  return id;
}

static bool
keep(struct hypervisors *hypervisors, const struct asking *asking, gint64 id,
     const struct hypervisor *hypervisor, GError **error)
{
  return hypervisor_facts_keep(hypervisors->facts, asking, id, hypervisor, error) &&
         claims_take(hypervisors->claims, asking->options->configured_as, id, error);
}

gint64
hypervisors_named(struct hypervisors *hypervisors, const struct asking *asking,
                  const struct hypervisor *hypervisor, GError **error)
{
  const struct key key = {
      .driver = hypervisor->driver,
      .host_uuid = hypervisor->host_uuid ? hypervisor->host_uuid : "",
      .hostname = hypervisor->hostname,
      .scope = hypervisor->scope,
  };
  gint64 id = find_or_make(hypervisors, asking, &key, error);

  return id && keep(hypervisors, asking, id, hypervisor, error) ? id : 0;
}

/* What stands for a name or a URI has that for its scope. */
static gint64
make_unreached(struct hypervisors *hypervisors, const struct asking *asking, GError **error)
{
  const char *name = asking->options->configured_as;
  g_autofree char *driver = g_strndup(asking->uri, strcspn(asking->uri, ":+"));
  const struct key key = {
      .driver = driver, .host_uuid = "", .hostname = "", .scope = name ? name : asking->uri};
  gint64 id;

  if (!sql_find_number(bind_key(hypervisors, BY_KEY, &key), &id, error))
    return 0;
  return id ? id : add(hypervisors, &key, error);
}

/* One that stands for whoever was asked. */
static gint64
keep_unreached(struct hypervisors *hypervisors, const struct asking *asking, GError **error)
{
  static const struct hypervisor nothing_known = {.local = FACT_UNKNOWN};
  gint64 id;

  if (!find_unreached(hypervisors, asking, &id, error))
    return 0;
  if (id == 0)
    id = make_unreached(hypervisors, asking, error);
  return id && keep(hypervisors, asking, id, &nothing_known, error) ? id : 0;
}

bool
hypervisors_by_uri(struct hypervisors *hypervisors, const char *uri, gint64 *ret_id, GError **error)
{
  sqlite3_stmt *statement = hypervisors->statements[BY_URI];

  sql_bind_text(statement, ":uri", uri);
  return sql_find_number(statement, ret_id, error);
}

/* The hypervisor that has answered: as the name, or by the URI where no name was asked. */
static bool
find_answered(struct hypervisors *hypervisors, const struct asking *asking, gint64 *ret_id,
              GError **error)
{
  const char *name = asking->options->configured_as;

  return name ? claims_find(hypervisors->claims, name, ret_id, error)
              : hypervisors_by_uri(hypervisors, asking->uri, ret_id, error);
}

gint64
hypervisors_unreached(struct hypervisors *hypervisors, const struct asking *asking, GError **error)
{
  gint64 id;

  if (!find_answered(hypervisors, asking, &id, error))
    return 0;
  return id ? id : keep_unreached(hypervisors, asking, error);
}

char *
hypervisors_name(struct hypervisors *hypervisors, gint64 id, GError **error)
{
  sqlite3_stmt *select = hypervisors->statements[SELECT_NAME];
  char *name = NULL;

  sql_bind_number(select, ":id", id);
  if (sql_step(select, error) > 0)
    name = g_strdup((const char *)sqlite3_column_text(select, 0));
  sqlite3_reset(select);
  return name;
}
