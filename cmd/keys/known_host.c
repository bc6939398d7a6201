/* SPDX-License-Identifier: Apache-2.0 */
/* From the ledger: a system with its names, then its keys. */
#include "cmd/keys/known_host.h"

#include "cmd/keys/host_name.h"
#include "facts/clock.h"
#include "facts/guest.h"
#include "guest/ssh/key/key_text.h"
#include "store/sql.h"

#include <string.h>

#define DAY_S (G_TIME_SPAN_DAY / G_TIME_SPAN_SECOND)

static const char SYSTEMS[] =
    "SELECT s.root_id, s.domain_id, s.domain, s.hostname, s.road, s.marks,\n"
    "       (SELECT group_concat(addresses, ' ')\n"
    "          FROM (SELECT addresses\n"
    "                  FROM interfaces\n"
    "                 WHERE domain_id = s.domain_id\n"
    "                 ORDER BY position)) AS addresses,\n"
    "       (SELECT unixepoch(read_at)\n"
    "          FROM guests\n"
    "         WHERE domain_id = s.domain_id AND road = s.road AND root = s.root) AS read_at\n"
    "  FROM key_systems AS s\n"
    " ORDER BY s.domain, s.hypervisor, s.uuid, s.root";

enum { ROOT_ID, DOMAIN_ID, DOMAIN, HOSTNAME, ROAD, MARKS, ADDRESSES, READ_AT };

static const char KEYS[] =
    "SELECT algorithm, public_key, path, safe\n"
    "  FROM ssh_host_keys\n"
    " WHERE root_id = :root AND state = '" KEY_FILE_OK "'\n"
    "   AND has_private = 1 AND algorithm IS NOT NULL AND public_key IS NOT NULL\n"
    " ORDER BY algorithm, fingerprint, path";

enum { ALGORITHM, PUBLIC_KEY, PATH, SAFE };

static void
host_free(gpointer data)
{
  struct known_host *host = data;

  g_free(host->domain);
  g_ptr_array_unref(host->names);
  g_ptr_array_unref(host->addresses);
  g_ptr_array_unref(host->keys);
  g_ptr_array_unref(host->remarks);
  g_free(host);
}

static void
key_free(gpointer key)
{
  ssh_key_free(key);
}

static struct known_host *
host_new(gint64 domain_id, const char *domain)
{
  struct known_host *host = g_new0(struct known_host, 1);

  host->domain_id = domain_id;
  host->domain = g_strdup(domain);
  host->names = g_ptr_array_new_with_free_func(g_free);
  host->addresses = g_ptr_array_new_with_free_func(g_free);
  host->keys = g_ptr_array_new_with_free_func(key_free);
  host->remarks = g_ptr_array_new_with_free_func(g_free);
  return host;
}

/* Said once, whatever it is said of. */
static void G_GNUC_PRINTF(2, 3) remark(struct known_host *host, const char *format, ...)
{
  va_list arguments;

  va_start(arguments, format);
  char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  if (g_ptr_array_find_with_equal_func(host->remarks, text, g_str_equal, NULL))
    g_free(text);
  else
    g_ptr_array_add(host->remarks, text);
}

/* Takes `word`, or for NULL says that `given` is of no use. */
static void
add_word(struct known_host *host, GPtrArray *words, char *word, const char *given)
{
  if (!word)
    remark(host, "'%s' is left out: no name or address that a client could trust", given);
  else if (g_ptr_array_find_with_equal_func(words, word, g_str_equal, NULL))
    g_free(word);
  else
    g_ptr_array_add(words, word);
}

/* As it is written, and without its domain, unless nothing is left that is a name. */
static void
add_hostname(struct known_host *host, const char *hostname)
{
  const size_t length = strcspn(hostname, ".");
  g_autofree char *label = g_strndup(hostname, length);
  char *name = host_name_of(hostname), *short_name = NULL;

  if (name && hostname[length])
    short_name = host_name_of(label);
  add_word(host, host->names, name, hostname);
  if (short_name)
    add_word(host, host->names, short_name, label);
}

static void
add_addresses(struct known_host *host, const char *addresses)
{
  g_auto(GStrv) words = g_strsplit(addresses, " ", -1);

  for (char **word = words; *word; word++)
    if (**word)
      add_word(host, host->addresses, host_name_of_address(*word), *word);
}

static guint
caveats_of(const char *road, const char *marks, gint64 read_at)
{
  g_auto(GStrv) words = g_strsplit(marks ? marks : "", " ", -1);
  const char *const *given = (const char *const *)words;
  guint caveats = 0;

  if (strcmp(road, ROAD_AGENT) == 0 || g_strv_contains(given, MARK_GUEST_ATTESTED))
    caveats |= KNOWN_HOST_ATTESTED;
  if (g_strv_contains(given, MARK_TORN_POSSIBLE) || g_strv_contains(given, MARK_LIVE))
    caveats |= KNOWN_HOST_RUNNING;
  if (read_at <= clock_now() - KNOWN_HOST_OLD_DAYS * DAY_S)
    caveats |= KNOWN_HOST_OLD;
  return caveats;
}

static const char *
column_text(sqlite3_stmt *row, int column)
{
  return (const char *)sqlite3_column_text(row, column);
}

static struct known_host *
host_of_row(sqlite3_stmt *row, bool guest_names)
{
  struct known_host *host =
      host_new(sqlite3_column_int64(row, DOMAIN_ID), column_text(row, DOMAIN));
  const char *hostname = column_text(row, HOSTNAME), *addresses = column_text(row, ADDRESSES);

  add_word(host, host->names, host_name_of(host->domain), host->domain);
  if (guest_names && hostname && *hostname)
    add_hostname(host, hostname);
  if (addresses)
    add_addresses(host, addresses);
  host->caveats = caveats_of(column_text(row, ROAD), column_text(row, MARKS),
                             sqlite3_column_int64(row, READ_AT));
  return host;
}

/* Parsed again: lines are made of what is surely a key, whoever sent it to the ledger. */
static struct ssh_key *
key_of_row(sqlite3_stmt *row)
{
  g_autofree char *line =
      g_strjoin(" ", column_text(row, ALGORITHM), column_text(row, PUBLIC_KEY), NULL);
  struct text rest = {line, strlen(line)};
  g_autoptr(SshKey) key = ssh_key_parse_text(&rest, NULL);

  return key && !key->certificate && rest.length == 0 ? g_steal_pointer(&key) : NULL;
}

static bool
has_key(const struct known_host *host, const struct ssh_key *key)
{
  for (guint i = 0; i < host->keys->len; i++)
    if (strcmp(((const struct ssh_key *)host->keys->pdata[i])->fingerprint, key->fingerprint) == 0)
      return true;
  return false;
}

static void
add_key(struct known_host *host, sqlite3_stmt *row)
{
  const char *path = column_text(row, PATH);
  g_autoptr(SshKey) key = key_of_row(row);

  if (!key)
    remark(host, "%s is left out: what the ledger has of it is no key", path);
  else if (sqlite3_column_type(row, SAFE) != SQLITE_NULL && !sqlite3_column_int(row, SAFE))
    remark(host, "%s is left out: others may read it", path);
  else if (!has_key(host, key))
    g_ptr_array_add(host->keys, g_steal_pointer(&key));
}

static bool
add_keys(struct known_host *host, sqlite3_stmt *keys, gint64 root_id, GError **error)
{
  int more;

  sql_bind_number(keys, ":root", root_id);
  while ((more = sql_step(keys, error)) > 0)
    add_key(host, keys);
  return more == 0;
}

GPtrArray *
known_host_load(sqlite3 *db, bool guest_names, GError **error)
{
  g_autoptr(GPtrArray) hosts = g_ptr_array_new_with_free_func(host_free);
  g_autoptr(Statement) systems = sql_prepare(db, SYSTEMS, error);
  g_autoptr(Statement) keys = systems ? sql_prepare(db, KEYS, error) : NULL;
  int more = -1;

  while (keys && (more = sql_step(systems, error)) > 0) {
    struct known_host *host = host_of_row(systems, guest_names);

    g_ptr_array_add(hosts, host);
    if (!add_keys(host, keys, sqlite3_column_int64(systems, ROOT_ID), error))
      return NULL;
  }
  return more == 0 ? g_steal_pointer(&hosts) : NULL;
}
