/* SPDX-License-Identifier: Apache-2.0 */
/* Lock, ledger, facts, audit, metrics. */
#include "cmd/watch/watch_ledger.h"

#include "audit/audit.h"
#include "cmd/fleet/scan_parts.h"
#include "cmd/output/message.h"
#include "cmd/policy_read.h"
#include "cmd/prom.h"
#include "store/scan_lock.h"

#define AUDIT_MS 1000 /* for what is kept within so long one audit is enough */
#define BUSY_MS  2000

struct watch_ledger {
  const struct globals *globals;
  const struct watch_ledger_options *options;
  guint audit_due; /* timer; 0 for none */
  char *trouble;   /* that was told last: why the lock is not ours; NULL when it was */
};

/* A ledger and its lock. */
struct opened {
  ScanLock *lock;
  Ledger *ledger;
};

static void
opened_close(struct opened *opened)
{
  ledger_close(opened->ledger);
  scan_lock_free(opened->lock);
}

/* Once, however often it is tried again. */
static void
tell_trouble(struct watch_ledger *ledger, const GError *error)
{
  if (g_strcmp0(ledger->trouble, error->message) == 0)
    return;
  g_free(ledger->trouble);
  ledger->trouble = g_strdup(error->message);
  message_warning(ledger->globals, "waiting: %s", error->message);
}

static enum rescan_outcome
take(struct watch_ledger *ledger, ScanLock **ret_lock)
{
  g_autoptr(GError) error = NULL;
  ScanLock *lock = scan_lock_take(ledger->options->path, "watch", 0, &error);

  if (!lock) {
    tell_trouble(ledger, error);
    return RESCAN_BUSY;
  }
  g_clear_pointer(&ledger->trouble, g_free);
  *ret_lock = lock;
  return RESCAN_KEPT;
}

static enum rescan_outcome
open_locked(struct watch_ledger *ledger, struct opened *ret_opened)
{
  g_autoptr(GError) error = NULL;
  struct opened opened = {0};
  enum rescan_outcome outcome = take(ledger, &opened.lock);

  if (outcome != RESCAN_KEPT)
    return outcome;
  opened.ledger = ledger_open(ledger->options->path, LEDGER_WRITE, &error);
  if (!opened.ledger) {
    message_error(ledger->globals, "%s", error->message);
    scan_lock_free(opened.lock);
    return RESCAN_FAILED;
  }
  *ret_opened = opened;
  return RESCAN_KEPT;
}

static void
tell_audit(const struct watch_ledger *ledger, const struct audit_result *result)
{
  const struct findings_summary *found = &result->findings;

  for (guint i = 0; i < result->problems->len; i++)
    message_warning(ledger->globals, "%s", (const char *)result->problems->pdata[i]);
  if (found->opened + found->resolved > 0)
    message_note(ledger->globals,
                 "findings: %u new, %u resolved; open are %u high, %u medium, %u low, %u info",
                 found->opened, found->resolved, found->high, found->medium, found->low,
                 found->info);
}

static void
audit(const struct watch_ledger *ledger, Ledger *opened)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Policy) policy = policy_read(ledger->options->config, NULL, &error);
  const struct audit_options how = {.folder = ledger->options->rules_folder, .policy = policy};
  struct audit_result result;

  if (policy && audit_run(opened, &how, &result, &error)) {
    tell_audit(ledger, &result);
    audit_result_clear(&result);
  }
  if (!error && ledger->options->prom)
    prom_write(opened, ledger->options->prom, &error);
  if (error)
    message_error(ledger->globals, "%s", error->message);
}

static enum rescan_outcome
audit_now(struct watch_ledger *ledger)
{
  struct opened opened;
  enum rescan_outcome outcome = open_locked(ledger, &opened);

  if (outcome != RESCAN_KEPT)
    return outcome;
  audit(ledger, opened.ledger);
  opened_close(&opened);
  return RESCAN_KEPT;
}

static gboolean
on_audit_due(gpointer data)
{
  struct watch_ledger *ledger = data;

  ledger->audit_due = 0;
  if (audit_now(ledger) == RESCAN_BUSY)
    ledger->audit_due = g_timeout_add(BUSY_MS, on_audit_due, ledger);
  return G_SOURCE_REMOVE;
}

/* False where there is something to be told and read again. */
static bool
tell_part(const struct watch_ledger *ledger, const struct scan_part *part)
{
  const struct ingest_result *ingest = part->ingest;
  const char *shown = target_shown(part->target);

  if (part->trouble)
    message_warning(ledger->globals, "%s: %s", shown, part->trouble);
  if (ingest)
    message_note(ledger->globals,
                 "%s: %" G_GUINT64_FORMAT " domain%s read in %.1f s; %" G_GUINT64_FORMAT
                 " rows begun, %" G_GUINT64_FORMAT " ended",
                 shown, ingest->domains, MESSAGE_PLURAL(ingest->domains), part->seconds,
                 ingest->opened, ingest->closed);
  return ingest && !part->trouble;
}

enum rescan_outcome
watch_ledger_keep(struct watch_ledger *ledger, const struct target *target,
                  struct collected *collected)
{
  struct opened opened;
  enum rescan_outcome outcome = open_locked(ledger, &opened);

  if (outcome != RESCAN_KEPT) {
    collected_free(collected);
    return outcome;
  }
  const struct scan_intake intake = {opened.ledger, ledger->options->configured};
  struct scan_part *part = scan_part_keep(&intake, target, collected);
  opened_close(&opened);
  if (!tell_part(ledger, part))
    outcome = RESCAN_FAILED;
  scan_part_free(part);
  if (!ledger->audit_due)
    ledger->audit_due = g_timeout_add(AUDIT_MS, on_audit_due, ledger);
  return outcome;
}

bool
watch_ledger_is_free(struct watch_ledger *ledger)
{
  g_autoptr(ScanLock) lock = NULL;

  return take(ledger, &lock) == RESCAN_KEPT;
}

struct watch_ledger *
watch_ledger_new(const struct globals *globals, const struct watch_ledger_options *options)
{
  struct watch_ledger *ledger = g_new0(struct watch_ledger, 1);

  ledger->globals = globals;
  ledger->options = options;
  return ledger;
}

void
watch_ledger_free(struct watch_ledger *ledger)
{
  if (!ledger)
    return;
  if (ledger->audit_due) {
    g_source_remove(ledger->audit_due);
    audit_now(ledger);
  }
  g_free(ledger->trouble);
  g_free(ledger);
}
