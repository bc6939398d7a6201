/* SPDX-License-Identifier: Apache-2.0 */
/* The summary of a scan. Counts come from the ledger, which knows also what did not change. */
#include "cmd/scan_report.h"

#include "cmd/output/escape.h"
#include "cmd/output/message.h"
#include "facts/guest.h"
#include "store/sql.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Findings worth a line of their own; all of them are `virt-ledger audit`'s. */
#define REPORT_FINDINGS_MAX 10

static const char WORST_FINDINGS[] = "SELECT severity, rule, detail"
                                     "  FROM findings"
                                     " WHERE status = 'open' AND severity IN ('high', 'medium')"
                                     " ORDER BY severity = 'high' DESC, rule, subject"
                                     " LIMIT :most";

void
scan_report_count(struct scan_report *report)
{
  g_autoptr(GArray) hypervisors = g_array_new(FALSE, FALSE, sizeof(gint64));

  for (guint i = 0; i < report->parts->len; i++) {
    const struct scan_part *part = report->parts->pdata[i];

    if (part && part->ingest)
      g_array_append_val(hypervisors, part->ingest->hypervisor_id);
  }
  report->counts = scan_counts_new(report->ledger, hypervisors);
}

/* NULL when the ledger cannot say. */
static json_t *
guests_by_status(const struct scan_report *report, const struct scan_part *part)
{
  if (!report->counts)
    return NULL;
  return scan_counts_of(report->counts, part->ingest ? part->ingest->hypervisor_id : 0);
}

static bool
part_complete(const struct scan_report *report, const struct scan_part *part)
{
  if (!part || part->trouble || !part->ingest || part->ingest->cut || part->ingest->error)
    return false;
  json_t *counts = guests_by_status(report, part);
  size_t read = json_object_get(counts, GUEST_OK) ? 1 : 0;
  return counts && json_object_size(counts) == read;
}

bool
scan_report_complete(const struct scan_report *report)
{
  for (guint i = 0; i < report->parts->len; i++)
    if (!part_complete(report, report->parts->pdata[i]))
      return false;
  return true;
}

/* "12 read, 3 running, 1 missing" */
static char *
describe_guests(const struct scan_report *report, const struct scan_part *part)
{
  GString *text = g_string_new(NULL);
  json_t *counts = guests_by_status(report, part);
  const char *status;
  json_t *count;

  json_object_foreach(counts, status, count) {
    bool read = strcmp(status, GUEST_OK) == 0;

    g_string_append_printf(text, "%s%" JSON_INTEGER_FORMAT " %s", text->len ? ", " : "",
                           json_integer_value(count), read ? "read" : status);
  }
  return g_string_free(text, FALSE);
}

/* What a person calls it: its section's name, or where it was found. */
static const char *
shown_as(const struct scan_part *part)
{
  if (!part->target->name && part->ingest && part->ingest->uri)
    return part->ingest->uri;
  return target_shown(part->target);
}

/* What libvirt says names the URI already; what happened to the collector does not. */
static void
tell_trouble(const char *shown, const char *trouble, const struct globals *globals)
{
  if (g_str_has_prefix(trouble, shown))
    message_error(globals, "%s", trouble);
  else
    message_error(globals, "%s: %s", shown, trouble);
}

static void
tell_part(const struct scan_report *report, const struct scan_part *part,
          const struct globals *globals)
{
  const struct ingest_result *ingest = part->ingest;
  const char *shown = shown_as(part);

  if (part->trouble)
    tell_trouble(shown, part->trouble, globals);
  if (!ingest || !ingest->hypervisor || (part->trouble && ingest->domains == 0))
    return;
  g_autofree char *guests = describe_guests(report, part);
  message_line(globals,
               "%s: %" G_GUINT64_FORMAT " domain%s, %" G_GUINT64_FORMAT
               " image%s; guests: %s; %.1f s",
               shown, ingest->domains, MESSAGE_PLURAL(ingest->domains), ingest->images,
               MESSAGE_PLURAL(ingest->images), *guests ? guests : "none", part->seconds);
}

/* Returns how many parts there were to tell of. */
static guint
tell_parts(const struct scan_report *report, const struct globals *globals)
{
  guint told = 0;

  for (guint i = 0; i < report->parts->len; i++) {
    if (!report->parts->pdata[i])
      continue;
    tell_part(report, report->parts->pdata[i], globals);
    told++;
  }
  return told;
}

static void
tell_worst(const struct scan_report *report, const struct globals *globals)
{
  g_autoptr(Statement) statement = sql_prepare(ledger_db(report->ledger), WORST_FINDINGS, NULL);

  if (!statement)
    return;
  sql_bind_number(statement, ":most", REPORT_FINDINGS_MAX);
  while (sql_step(statement, NULL) > 0)
    message_line(globals, "  %s %s: %s", sqlite3_column_text(statement, 0),
                 sqlite3_column_text(statement, 1), sqlite3_column_text(statement, 2));
}

void
scan_report_tell(const struct scan_report *report, const struct globals *globals)
{
  const struct findings_summary *found = &report->audit.findings;

  const guint told = tell_parts(report, globals);
  if (report->interrupted)
    message_error(globals, "interrupted: %u of %u hypervisors are in the ledger", told,
                  report->parts->len);
  if (!report->audited)
    return;
  for (guint i = 0; i < report->audit.problems->len; i++)
    message_warning(globals, "%s", (const char *)report->audit.problems->pdata[i]);
  message_line(
      globals,
      "findings: %u high, %u medium, %u low, %u info (%u new, %u resolved); %.1f s in all%s",
      found->high, found->medium, found->low, found->info, found->opened, found->resolved,
      report->seconds, report->dry_run ? "; dry run: nothing was kept" : "");
  tell_worst(report, globals);
  if (found->high + found->medium > REPORT_FINDINGS_MAX)
    message_line(globals, "  … and more: virt-ledger audit");
}

static json_t *
part_json(const struct scan_report *report, const struct scan_part *part)
{
  const struct ingest_result *ingest = part->ingest;

  return json_pack("{s:s?, s:s?, s:s?, s:s?, s:s?, s:I, s:I, s:O?, s:f}", "name",
                   part->target->name, "uri", ingest ? ingest->uri : part->target->uri,
                   "hypervisor", ingest ? ingest->hypervisor : NULL, "status",
                   ingest ? ingest->status : "failed", "error", part->trouble, "domains",
                   (json_int_t)(ingest ? ingest->domains : 0), "images",
                   (json_int_t)(ingest ? ingest->images : 0), "guests",
                   guests_by_status(report, part), "seconds", part->seconds);
}

bool
scan_report_json(const struct scan_report *report, FILE *out)
{
  const struct findings_summary *found = &report->audit.findings;
  json_t *scans = json_array();

  for (guint i = 0; i < report->parts->len; i++)
    if (report->parts->pdata[i])
      json_array_append_new(scans, part_json(report, report->parts->pdata[i]));
  json_t *object = json_pack("{s:b, s:b, s:o, s:{s:i, s:i, s:i, s:i, s:i, s:i}, s:f}", "complete",
                             scan_report_complete(report), "dry_run", report->dry_run, "scans",
                             scans, "findings", "high", found->high, "medium", found->medium, "low",
                             found->low, "info", found->info, "new", found->opened, "resolved",
                             found->resolved, "seconds", report->seconds);
  char *text = json_dumps(object, JSON_INDENT(2) | JSON_REAL_PRECISION(3));
  g_autofree char *safe = escape_json(text);
  free(text);
  json_decref(object);
  return fprintf(out, "%s\n", safe) >= 0 && fflush(out) == 0;
}
