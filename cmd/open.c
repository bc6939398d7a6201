/* SPDX-License-Identifier: Apache-2.0 */
/* Which ledger, and what to say when it does not open. */
#include "cmd/open.h"

#include "cmd/output/message.h"
#include "cmd/policy_read.h"
#include "facts/clock.h"
#include "store/as_of.h"

char *
open_path(const struct globals *globals, const struct config *config)
{
  const char *environment = g_getenv("VIRT_LEDGER");

  if (globals->ledger)
    return g_strdup(globals->ledger);
  if (environment && *environment)
    return g_strdup(environment);
  return config->ledger ? g_strdup(config->ledger) : ledger_default_path();
}

static void
warn(const struct globals *globals, const GPtrArray *warnings)
{
  for (guint i = 0; i < warnings->len; i++)
    message_warning(globals, "%s", (const char *)warnings->pdata[i]);
}

struct config *
open_config(const struct globals *globals)
{
  g_autoptr(GError) error = NULL;
  struct config *config = config_load(&error);

  if (config)
    warn(globals, config->warnings);
  else
    message_error(globals, "%s", error->message);
  return config;
}

struct policy *
open_policy(const struct globals *globals, const struct config *config)
{
  g_autoptr(GPtrArray) warnings = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GError) error = NULL;
  struct policy *policy = policy_read(config, warnings, &error);

  warn(globals, warnings);
  if (!policy)
    message_error(globals, "%s", error->message);
  return policy;
}

/* The path by the configuration on this machine. NULL after a message. */
static char *
configured_path(const struct globals *globals)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) config = config_load(&error);

  if (config)
    return open_path(globals, config);
  message_error(globals, "%s", error->message);
  return NULL;
}

static struct ledger *
open_ledger(const struct globals *globals, const char *path, enum ledger_mode mode)
{
  g_autoptr(GError) error = NULL;
  struct ledger *ledger = ledger_open(path, mode, &error);

  if (ledger)
    message_detail(globals, "the ledger is %s", path);
  else if (g_error_matches(error, STORE_ERROR, STORE_ERROR_NOT_FOUND))
    message_error(globals, "there is no ledger at %s yet: run 'virt-ledger scan' first", path);
  else
    message_error(globals, "%s", error->message);
  return ledger;
}

struct ledger *
open_existing(const struct globals *globals, enum ledger_mode mode)
{
  g_autofree char *path = configured_path(globals);

  if (!path)
    return NULL;
  /* Opening for writing would make it; for reading it says that it is not there. */
  bool exists = g_file_test(path, G_FILE_TEST_EXISTS);
  return open_ledger(globals, path, exists ? mode : LEDGER_READ);
}

static bool
go_to(sqlite3 *db, const struct moment *moment, GError **error)
{
  struct history_point point;

  return history_find(db, moment, &point, error) && as_of_go(db, &point, error);
}

enum exit_status
open_as_of(const struct globals *globals, const char *verb, const char *words,
           struct ledger **ret_ledger)
{
  g_autoptr(GError) error = NULL;
  struct moment moment;

  if (words && !moment_parse(words, clock_now(), &moment, &error))
    return message_usage(globals, verb, "%s: --as-of: %s", verb, error->message);
  g_autoptr(Ledger) ledger = open_existing(globals, LEDGER_READ);
  if (!ledger)
    return EXIT_ERROR;
  if (words && !go_to(ledger_db(ledger), &moment, &error)) {
    message_error(globals, "%s", error->message);
    return EXIT_ERROR;
  }
  *ret_ledger = g_steal_pointer(&ledger);
  return EXIT_OK;
}

struct ledger *
open_or_create(const struct globals *globals)
{
  g_autofree char *path = configured_path(globals);

  return path ? open_ledger(globals, path, LEDGER_WRITE) : NULL;
}
