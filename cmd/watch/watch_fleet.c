/* SPDX-License-Identifier: Apache-2.0 */
/* From a configuration to hosts and a ledger that work together. */
#include "cmd/watch/watch_fleet.h"

#include "cmd/file_limit.h"
#include "cmd/fleet/collectors.h"
#include "cmd/open.h"
#include "cmd/watch/watch_host.h"
#include "cmd/watch/watch_ledger.h"

#define STAGGER_MS 20 /* from one host's first attempt to the next one's */

struct watch_fleet {
  Config *config;
  const char **configured;
  char *path; /* of the ledger */
  struct watch_ledger_options ledger_options;
  struct watch_ledger *ledger;
  GPtrArray *targets, *hosts; /* of struct target, struct watch_host */
  watch_fleet_changed changed;
  gpointer data; /* of `changed` */
};

static bool
may_collect(gpointer data)
{
  const struct watch_fleet *fleet = data;
  const gint64 jobs = fleet->config->jobs ? fleet->config->jobs : COLLECTORS_AT_ONCE;
  gint64 collecting = 0;

  for (guint i = 0; i < fleet->hosts->len; i++)
    collecting += watch_host_is_at_work(fleet->hosts->pdata[i]);
  return collecting < jobs && watch_ledger_is_free(fleet->ledger);
}

static enum rescan_outcome
keep(const struct target *target, struct collected *collected, gpointer data)
{
  const struct watch_fleet *fleet = data;

  return watch_ledger_keep(fleet->ledger, target, collected);
}

static void
on_changed(gpointer data)
{
  const struct watch_fleet *fleet = data;
  struct watch_fleet_state state = {.hosts = fleet->hosts->len};

  for (guint i = 0; i < fleet->hosts->len; i++) {
    state.connected += watch_host_is_connected(fleet->hosts->pdata[i]);
    state.known += watch_host_is_known(fleet->hosts->pdata[i]);
  }
  fleet->changed(&state, fleet->data);
}

static void
free_host(gpointer host)
{
  watch_host_free(host);
}

static void
add_hosts(struct watch_fleet *fleet, const struct globals *globals)
{
  static const struct watch_sink sink = {{may_collect, keep}, on_changed};

  file_limit_raise(G_MAXUINT); /* each host has open files */
  for (guint i = 0; i < fleet->targets->len; i++)
    g_ptr_array_add(fleet->hosts, watch_host_new(globals, fleet->targets->pdata[i], i * STAGGER_MS,
                                                 &sink, fleet));
}

struct watch_fleet *
watch_fleet_new(const struct watch_fleet_options *options, struct config *config, GError **error)
{
  const struct target_wishes wishes = {.gone = true};
  GPtrArray *targets = scan_targets(config, &options->choice, &wishes, error);

  if (!targets) {
    config_free(config);
    return NULL;
  }
  struct watch_fleet *fleet = g_new0(struct watch_fleet, 1);
  fleet->config = config;
  fleet->configured = config_names(config);
  fleet->path = open_path(options->globals, config);
  fleet->ledger_options = (struct watch_ledger_options){
      .path = fleet->path,
      .config = config,
      .rules_folder = options->rules_folder,
      .prom = config->prom,
      .configured = fleet->configured,
  };
  fleet->ledger = watch_ledger_new(options->globals, &fleet->ledger_options);
  fleet->targets = targets;
  fleet->hosts = g_ptr_array_new_with_free_func(free_host);
  fleet->changed = options->changed;
  fleet->data = options->data;
  add_hosts(fleet, options->globals);
  return fleet;
}

void
watch_fleet_free(struct watch_fleet *fleet)
{
  if (!fleet)
    return;
  g_ptr_array_unref(fleet->hosts);
  watch_ledger_free(fleet->ledger);
  g_ptr_array_unref(fleet->targets);
  g_free(fleet->path);
  g_free(fleet->configured);
  config_free(fleet->config);
  g_free(fleet);
}

void
watch_fleet_read_all(struct watch_fleet *fleet)
{
  for (guint i = 0; i < fleet->hosts->len; i++)
    watch_host_read_all(fleet->hosts->pdata[i]);
}
