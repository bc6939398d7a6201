/* SPDX-License-Identifier: Apache-2.0 */
/* A set of changed domains, a timer, and a collector. */
#include "cmd/watch/rescan.h"

#include "cmd/fleet/collector_source.h"
#include "cmd/output/message.h"

#define SETTLE_MS     2000    /* changes of so long are one collection */
#define BUSY_MS       2000    /* when somebody else has to end first */
#define FAILED_MS     60000   /* after a collection that failed; then twice that, … */
#define FAILED_MS_MAX 3600000 /* … and at most this */
#define PATIENCE_MS   300000  /* so long a collector is taken to be at work */
#define CHANGED_MAX   256     /* domains; with more of them all are read */

struct rescan {
  const struct globals *globals;
  struct target *target;
  const struct rescan_sink *sink;
  gpointer data;
  GHashTable *changed; /* set of UUIDs to be read */
  bool all;            /* everything is to be read, whatever the set says */
  guint due;           /* timer until the next collection; 0 for none */
  guint failed_ms;     /* to wait after the next collection that fails */
  struct collector *collector;
  guint collecting; /* its source; 0 for none */
  gint64 begun_us;  /* monotonic, of the collector */
};

static void
drop_source(guint *source)
{
  if (*source)
    g_source_remove(*source);
  *source = 0;
}

static gboolean on_due(gpointer data);

/* Collect later, unless that is planned or under way. */
static void
plan(struct rescan *rescan, guint delay_ms)
{
  if (!rescan->due && !rescan->collector)
    rescan->due = g_timeout_add(delay_ms, on_due, rescan);
}

static void
plan_after_failure(struct rescan *rescan)
{
  plan(rescan, rescan->failed_ms);
  rescan->failed_ms = MIN(rescan->failed_ms * 2, FAILED_MS_MAX);
}

static void
add_change(struct rescan *rescan, const char *uuid)
{
  if (!rescan->all)
    g_hash_table_add(rescan->changed, g_strdup(uuid));
  if (g_hash_table_size(rescan->changed) <= CHANGED_MAX)
    return;
  g_hash_table_remove_all(rescan->changed);
  rescan->all = true;
}

/* What is to be read becomes what the collector is asked for. */
static void
fill_request(struct rescan *rescan)
{
  GPtrArray *domains = rescan->target->request->domains;
  g_autofree const char **changed =
      (const char **)g_hash_table_get_keys_as_array(rescan->changed, NULL);

  g_ptr_array_set_size(domains, 0);
  if (!rescan->all)
    request_add_words(domains, changed);
  g_hash_table_remove_all(rescan->changed);
  rescan->all = false;
}

/* What the collector was asked for is still to be read. */
static void
put_back(struct rescan *rescan)
{
  const GPtrArray *domains = rescan->target->request->domains;

  if (domains->len == 0)
    rescan->all = true;
  for (guint i = 0; i < domains->len; i++)
    add_change(rescan, ((const struct request_word *)domains->pdata[i])->text);
}

static void
on_collected(struct collector *collector, gpointer data)
{
  struct rescan *rescan = data;

  rescan->collector = NULL;
  rescan->collecting = 0;
  switch (rescan->sink->keep(rescan->target, collector_finish(collector), rescan->data)) {
  case RESCAN_KEPT:
    rescan->failed_ms = FAILED_MS;
    if (rescan->all || g_hash_table_size(rescan->changed) > 0)
      plan(rescan, SETTLE_MS);
    break;
  case RESCAN_BUSY:
    put_back(rescan);
    plan(rescan, BUSY_MS);
    break;
  case RESCAN_FAILED:
    rescan->all = true;
    plan_after_failure(rescan);
    break;
  }
}

static void
collect(struct rescan *rescan)
{
  g_autoptr(GError) error = NULL;

  fill_request(rescan);
  rescan->begun_us = g_get_monotonic_time();
  rescan->collector = collector_start(rescan->target, &error);
  if (rescan->collector) {
    rescan->collecting = collector_source_add(rescan->collector, on_collected, rescan);
    return;
  }
  message_error(rescan->globals, "%s: %s", target_shown(rescan->target), error->message);
  put_back(rescan);
  plan_after_failure(rescan);
}

static gboolean
on_due(gpointer data)
{
  struct rescan *rescan = data;

  rescan->due = 0;
  if (rescan->sink->may_collect(rescan->data))
    collect(rescan);
  else
    plan(rescan, BUSY_MS);
  return G_SOURCE_REMOVE;
}

void
rescan_domain(struct rescan *rescan, const char *uuid)
{
  add_change(rescan, uuid);
  plan(rescan, SETTLE_MS);
}

void
rescan_all(struct rescan *rescan)
{
  rescan->all = true;
  drop_source(&rescan->due);
  plan(rescan, 0);
}

void
rescan_forget(struct rescan *rescan)
{
  drop_source(&rescan->due);
  drop_source(&rescan->collecting);
  collector_kill(g_steal_pointer(&rescan->collector));
  g_hash_table_remove_all(rescan->changed);
  rescan->all = false;
}

bool
rescan_is_at_work(const struct rescan *rescan)
{
  gint64 since_us = g_get_monotonic_time() - rescan->begun_us;

  return rescan->collector && since_us < PATIENCE_MS * (gint64)1000;
}

struct rescan *
rescan_new(const struct globals *globals, struct target *target, const struct rescan_sink *sink,
           gpointer data)
{
  struct rescan *rescan = g_new0(struct rescan, 1);

  rescan->globals = globals;
  rescan->target = target;
  rescan->sink = sink;
  rescan->data = data;
  rescan->failed_ms = FAILED_MS;
  rescan->changed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return rescan;
}

void
rescan_free(struct rescan *rescan)
{
  if (!rescan)
    return;
  rescan_forget(rescan);
  g_hash_table_unref(rescan->changed);
  g_free(rescan);
}
