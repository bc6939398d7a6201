/* SPDX-License-Identifier: Apache-2.0 */
/* Hypervisors by their key, or by the URI while nobody has answered. */
#include "store/hypervisors.h"

#include "store/bind.h"
#include "store/sql.h"

#include <stddef.h>
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

static const char FIND_UNREACHED[] =
    "SELECT h.hypervisor_id\n"
    "  FROM hypervisor AS h\n"
    "  JOIN hypervisor_fact AS f ON f.hypervisor_id = h.hypervisor_id\n"
    " WHERE h.hostname = '' AND f.uri = :uri AND f.until_scan IS NULL";

static const char ADD[] = "INSERT INTO hypervisor (driver, host_uuid, hostname, scope)\n"
                          "VALUES (:driver, :host_uuid, :hostname, :scope)";

static const char CLAIM[] = "UPDATE hypervisor\n"
                            "   SET driver = :driver, host_uuid = :host_uuid,\n"
                            "       hostname = :hostname, scope = :scope\n"
                            " WHERE hypervisor_id = :id";

static const char NAME[] = "SELECT name\n"
                           "  FROM hypervisors\n"
                           " WHERE hypervisor_id = :id";

/* The facts of a hypervisor that may change while it stays who it is. */
struct asked {
  const char *uri, *libvirt_version, *driver_version, *arch;
  gint64 local;
};

#define AT(member) offsetof(struct asked, member)
static const struct field asked_fields[] = {
    {"uri", FIELD_TEXT, AT(uri)},
    {"libvirt_version", FIELD_TEXT, AT(libvirt_version)},
    {"driver_version", FIELD_TEXT, AT(driver_version)},
    {"arch", FIELD_TEXT, AT(arch)},
    {"local", FIELD_TRUTH, AT(local)},
    {0},
};
#undef AT
static const struct shape asked_shape = {"asked", sizeof(struct asked), asked_fields};

static const char ASKED_COMPARE[] =
    "SELECT (uri, libvirt_version, driver_version, arch, local)\n"
    "    IS (:uri, :libvirt_version, :driver_version, :arch, :local)\n"
    "  FROM hypervisor_fact\n"
    " WHERE hypervisor_id = :id AND until_scan IS NULL";

static const char ASKED_CLOSE[] = "UPDATE hypervisor_fact\n"
                                  "   SET until_scan = :scan_id\n"
                                  " WHERE hypervisor_id = :id AND until_scan IS NULL";

static const char ASKED_INSERT[] =
    "INSERT INTO hypervisor_fact (hypervisor_id, since_scan, uri, libvirt_version,\n"
    "       driver_version, arch, local)\n"
    "VALUES (:id, :scan_id, :uri, :libvirt_version, :driver_version, :arch, :local)";

static const struct fact_sql asked_sql = {
    .shape = &asked_shape,
    .compare = ASKED_COMPARE,
    .close = ASKED_CLOSE,
    .insert = ASKED_INSERT,
};

enum statement { BY_KEY, BY_URI, UNREACHED, INSERT, UPDATE, SELECT_NAME, STATEMENTS };

static const char *const texts[STATEMENTS] = {
    [BY_KEY] = FIND, [BY_URI] = FIND_BY_URI, [UNREACHED] = FIND_UNREACHED,
    [INSERT] = ADD,  [UPDATE] = CLAIM,       [SELECT_NAME] = NAME,
};

struct hypervisors {
  sqlite3_stmt *statements[STATEMENTS];
  struct fact_table *asked;
};

/* What a hypervisor is known by. */
struct key {
  const char *driver, *host_uuid, *hostname, *scope;
};

struct hypervisors *
hypervisors_new(sqlite3 *db, struct row_changes *changes, GError **error)
{
  struct hypervisors *hypervisors = g_new0(struct hypervisors, 1);
  bool done = (hypervisors->asked = fact_table_new(db, &asked_sql, changes, error));

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
  fact_table_free(hypervisors->asked);
  for (size_t i = 0; i < STATEMENTS; i++)
    sqlite3_finalize(hypervisors->statements[i]);
  g_free(hypervisors);
}

/* The number in the first column of the first row; 0 when there is none. */
static bool
find(sqlite3_stmt *statement, gint64 *ret_id, GError **error)
{
  int row = sql_step(statement, error);

  if (row < 0)
    return false;
  *ret_id = row ? sqlite3_column_int64(statement, 0) : 0;
  sqlite3_reset(statement);
  return true;
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

static sqlite3_stmt *
bind_uri(struct hypervisors *hypervisors, enum statement number, const char *uri)
{
  sqlite3_stmt *statement = hypervisors->statements[number];

  sql_bind_text(statement, ":uri", uri);
  return statement;
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

  if (!find(bind_key(hypervisors, BY_KEY, key), &id, error) ||
      !find(bind_uri(hypervisors, UNREACHED, asking->uri), &unreached.id, error))
    return 0;
  if (id == 0 && unreached.id == 0)
    return add(hypervisors, key, error);
  if (id == 0)
    return claim(hypervisors, key, unreached.id, error);
  if (unreached.id && !fact_table_close(hypervisors->asked, &unreached, error))
    return 0;
  return id;
}

static bool
keep_asked(struct hypervisors *hypervisors, const struct asking *asking, gint64 id,
           const struct asked *asked, GError **error)
{
  const struct fact_place place = {.scan_id = asking->scan_id, .id = id};

  return fact_table_keep(hypervisors->asked, &place, asked, error);
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
  const struct asked asked = {
      .uri = asking->uri,
      .libvirt_version = hypervisor->libvirt_version,
      .driver_version = hypervisor->driver_version,
      .arch = hypervisor->arch,
      .local = hypervisor->local,
  };
  gint64 id = find_or_make(hypervisors, asking, &key, error);

  return id && keep_asked(hypervisors, asking, id, &asked, error) ? id : 0;
}

static gint64
make_unreached(struct hypervisors *hypervisors, const struct asking *asking, GError **error)
{
  g_autofree char *driver = g_strndup(asking->uri, strcspn(asking->uri, ":+"));
  const struct key key = {.driver = driver, .host_uuid = "", .hostname = "", .scope = asking->uri};
  const struct asked asked = {.uri = asking->uri, .local = FACT_UNKNOWN};
  gint64 id;

  if (!find(bind_key(hypervisors, BY_KEY, &key), &id, error))
    return 0;
  if (id == 0)
    id = add(hypervisors, &key, error);
  return id && keep_asked(hypervisors, asking, id, &asked, error) ? id : 0;
}

bool
hypervisors_by_uri(struct hypervisors *hypervisors, const char *uri, gint64 *ret_id, GError **error)
{
  return find(bind_uri(hypervisors, BY_URI, uri), ret_id, error);
}

gint64
hypervisors_unreached(struct hypervisors *hypervisors, const struct asking *asking, GError **error)
{
  gint64 id;

  if (!hypervisors_by_uri(hypervisors, asking->uri, &id, error))
    return 0;
  return id ? id : make_unreached(hypervisors, asking, error);
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
