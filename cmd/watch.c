/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger watch: stays, and reads what changes when it does. */
#include "audit/rules.h"
#include "cmd/open.h"
#include "cmd/output/message.h"
#include "cmd/watch/notify.h"
#include "cmd/watch/watch_fleet.h"

#include <glib-unix.h>
#include <signal.h>
#include <stddef.h>

#define FULL_EVERY_S_MAX (366 * 86400)

struct watch_options {
  char **connect, **hosts;
  char *rules_folder;
  gint64 full_every;
};

#define AT(member) offsetof(struct watch_options, member)
static const struct verb_option options[] = {
    {"host", 0, OPTION_TEXTS, AT(hosts), "HOST",
     "a configured hypervisor, by its name; may be repeated"},
    {"connect", 'c', OPTION_TEXTS, AT(connect), "URI",
     "a hypervisor; may be repeated; without any, the configured ones"},
    {"full-every", 0, OPTION_NUMBER, AT(full_every), "SECONDS",
     "read everything so often, besides what changes (0: never)"},
    {"rules-folder", 0, OPTION_TEXT, AT(rules_folder), "DIRECTORY",
     "rules of your own (" RULES_FOLDER ")"},
    {0},
};
#undef AT

struct watch {
  const struct globals *globals;
  struct watch_fleet_options fleet_options;
  struct watch_fleet *fleet;
  GMainLoop *loop;
  bool ready; /* which was told */
};

/* Ready is who has tried every hypervisor once. */
static void
on_changed(const struct watch_fleet_state *state, gpointer data)
{
  struct watch *watch = data;

  notify_status("watching %u of %u hypervisor%s", state->connected, state->hosts,
                MESSAGE_PLURAL(state->hosts));
  if (watch->ready || state->known < state->hosts)
    return;
  watch->ready = true;
  notify_ready();
}

/* NULL after a message, or with G_OPTION_ERROR. */
static struct watch_fleet *
begin(struct watch *watch, GError **error)
{
  g_autoptr(Config) config = open_config(watch->globals);
  g_autoptr(Policy) policy = config ? open_policy(watch->globals, config) : NULL;

  if (!policy)
    return NULL;
  return watch_fleet_new(&watch->fleet_options, g_steal_pointer(&config), error);
}

static gboolean
on_end(gpointer data)
{
  const struct watch *watch = data;

  g_main_loop_quit(watch->loop);
  return G_SOURCE_CONTINUE;
}

/* A configuration that is wrong changes nothing. */
static gboolean
on_reload(gpointer data)
{
  struct watch *watch = data;
  g_autoptr(GError) error = NULL;

  notify_reloading();
  struct watch_fleet *fleet = begin(watch, &error);
  if (fleet) {
    watch_fleet_free(watch->fleet);
    watch->fleet = fleet;
    watch->ready = false;
    message_note(watch->globals, "the configuration was read again");
    return G_SOURCE_CONTINUE;
  }
  if (error)
    message_error(watch->globals, "%s", error->message);
  if (watch->ready)
    notify_ready();
  return G_SOURCE_CONTINUE;
}

static gboolean
on_full(gpointer data)
{
  const struct watch *watch = data;

  watch_fleet_read_all(watch->fleet);
  return G_SOURCE_CONTINUE;
}

static void
stay(struct watch *watch, gint64 full_every_s)
{
  g_unix_signal_add(SIGTERM, on_end, watch);
  g_unix_signal_add(SIGINT, on_end, watch);
  g_unix_signal_add(SIGHUP, on_reload, watch);
  if (full_every_s)
    g_timeout_add_seconds((guint)MIN(full_every_s, FULL_EVERY_S_MAX), on_full, watch);
  notify_watchdog();
  watch->loop = g_main_loop_new(NULL, FALSE);
  g_main_loop_run(watch->loop);
  g_main_loop_unref(watch->loop);
  notify_stopping();
}

static enum exit_status
run(const struct globals *globals, gpointer data, G_GNUC_UNUSED char **arguments)
{
  const struct watch_options *chosen = data;
  struct watch watch = {
      .globals = globals,
      .fleet_options =
          {
              .globals = globals,
              .choice = {.uris = (const char *const *)chosen->connect,
                         .names = (const char *const *)chosen->hosts},
              .rules_folder = chosen->rules_folder ? chosen->rules_folder : RULES_FOLDER,
              .changed = on_changed,
              .data = &watch,
          },
  };
  g_autoptr(GError) error = NULL;

  watch.fleet = begin(&watch, &error);
  if (error)
    return message_usage(globals, "watch", "%s", error->message);
  if (!watch.fleet)
    return EXIT_ERROR;
  stay(&watch, chosen->full_every);
  watch_fleet_free(watch.fleet);
  return EXIT_OK;
}

const struct verb verb_watch = {
    .name = "watch",
    .summary = "stay, and read what changes when it does",
    .help =
        "Subscribes to the events of hypervisors and stays. A domain that is defined, started,\n"
        "stopped or undefined, or whose guest agent connects, is read into the ledger within\n"
        "seconds, and the ledger audited. A hypervisor is read as a whole whenever it is "
        "connected\n"
        "to; one that is lost is tried again after 1 to 60 seconds.\n"
        "\n"
        "Without --connect and --host, all [hypervisor NAME] sections of the configuration are\n"
        "watched, as 'scan' reads them. A scan may run at the same time: what changed meanwhile "
        "is\n"
        "read after it. Events tell of domains only, not of what happens inside them: a nightly\n"
        "scan, or --full-every, is still needed.\n"
        "\n"
        "SIGTERM and SIGINT end it once what it keeps is kept; SIGHUP has it read the\n"
        "configuration again. It speaks sd_notify(3), and says on standard error what it does;\n"
        "--verbose names every event.\n"
        "\n"
        "Exit status: 0 when it was asked to end; 1 when it cannot begin.\n"
        "\n"
        "Examples:\n"
        "  virt-ledger watch\n"
        "  virt-ledger watch -c qemu:///system --full-every 86400\n"
        "  systemctl enable --now virt-ledger-watch.service virt-ledger.timer\n",
    .options = options,
    .options_size = sizeof(struct watch_options),
    .run = run,
};
