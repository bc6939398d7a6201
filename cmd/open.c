/* SPDX-License-Identifier: Apache-2.0 */
/* Which ledger, and what to say when it does not open. */
#include "cmd/open.h"

#include "cmd/message.h"

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

struct ledger *
open_or_create(const struct globals *globals)
{
  g_autofree char *path = configured_path(globals);

  return path ? open_ledger(globals, path, LEDGER_WRITE) : NULL;
}
