/* SPDX-License-Identifier: Apache-2.0 */
/* The summary of a scan. Counts come from the ledger, which knows also what did not change. */
#include "cmd/scan_report.h"

#include "cmd/escape.h"
#include "cmd/message.h"
#include "facts/guest.h"
#include "store/sql.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Findings worth a line of their own; all of them are `virt-ledger audit`'s. */
#define REPORT_FINDINGS_MAX 10

static const char GUESTS_BY_STATUS[] =
    "SELECT g.status, count(DISTINCT g.domain_id)"
    "  FROM guests AS g"
    "  JOIN domains AS d ON d.domain_id = g.domain_id"
    " WHERE d.hypervisor = :hypervisor"
    " GROUP BY g.status"
    " ORDER BY g.status = 'ok' DESC, count(DISTINCT g.domain_id) DESC, g.status";

static const char WORST_FINDINGS[] = "SELECT severity, rule, detail"
                                     "  FROM findings"
                                     " WHERE status = 'open' AND severity IN ('high', 'medium')"
                                     " ORDER BY severity = 'high' DESC, rule, subject"
                                     " LIMIT :most";

/*
 * Guests of a hypervisor as a JSON object from status to count: "ok" first, then the most. NULL
 * when the ledger cannot say.
 */
static json_t *
guests_by_status(const struct scan_report *report, const struct scan_part *part)
{
  g_autoptr(Statement) statement = sql_prepare(ledger_db(report->ledger), GUESTS_BY_STATUS, NULL);
  json_t *counts = json_object();
  int row = -1;

  if (statement)
    sql_bind_text(statement, ":hypervisor", part->ingest ? part->ingest->hypervisor : NULL);
  while (statement && (row = sql_step(statement, NULL)) > 0)
    json_object_set_new(counts, (const char *)sqlite3_column_text(statement, 0),
                        json_integer(sqlite3_column_int64(statement, 1)));
  if (row == 0)
    return counts;
  json_decref(counts);
  return NULL;
}

static bool
part_complete(const struct scan_report *report, const struct scan_part *part)
{
  if (part->trouble || !part->ingest || part->ingest->cut || part->ingest->error)
    return false;
  json_t *counts = guests_by_status(report, part);
  size_t read = json_object_get(counts, GUEST_OK) ? 1 : 0;
  bool complete = counts && json_object_size(counts) == read;
  json_decref(counts);
  return complete;
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

  json_object_foreach(counts, status, count)
  {
    bool read = strcmp(status, GUEST_OK) == 0;

    g_string_append_printf(text, "%s%" JSON_INTEGER_FORMAT " %s", text->len ? ", " : "",
                           json_integer_value(count), read ? "read" : status);
  }
  json_decref(counts);
  return g_string_free(text, FALSE);
}

/* What libvirt says names the URI already; what happened to the collector does not. */
static void
tell_trouble(const char *uri, const char *trouble, const struct globals *globals)
{
  if (g_str_has_prefix(trouble, uri))
    message_error(globals, "%s", trouble);
  else
    message_error(globals, "%s: %s", uri, trouble);
}

static void
tell_part(const struct scan_report *report, const struct scan_part *part,
          const struct globals *globals)
{
  const struct ingest_result *ingest = part->ingest;
  const char *asked = part->uri ? part->uri : "default hypervisor";
  const char *uri = ingest && ingest->uri ? ingest->uri : asked;

  if (part->trouble)
    tell_trouble(uri, part->trouble, globals);
  if (!ingest || !ingest->hypervisor || (part->trouble && ingest->domains == 0))
    return;
  g_autofree char *guests = describe_guests(report, part);
  message_line(globals,
               "%s: %" G_GUINT64_FORMAT " domain%s, %" G_GUINT64_FORMAT
               " image%s; guests: %s; %.1f s",
               uri, ingest->domains, MESSAGE_PLURAL(ingest->domains), ingest->images,
               MESSAGE_PLURAL(ingest->images), *guests ? guests : "none", part->seconds);
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

  for (guint i = 0; i < report->parts->len; i++)
    tell_part(report, report->parts->pdata[i], globals);
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

  return json_pack("{s:s?, s:s?, s:s?, s:s?, s:I, s:I, s:o?, s:f}", "uri",
                   ingest ? ingest->uri : part->uri, "hypervisor",
                   ingest ? ingest->hypervisor : NULL, "status", ingest ? ingest->status : "failed",
                   "error", part->trouble, "domains", (json_int_t)(ingest ? ingest->domains : 0),
                   "images", (json_int_t)(ingest ? ingest->images : 0), "guests",
                   guests_by_status(report, part), "seconds", part->seconds);
}

bool
scan_report_json(const struct scan_report *report, FILE *out)
{
  const struct findings_summary *found = &report->audit.findings;
  json_t *scans = json_array();

  for (guint i = 0; i < report->parts->len; i++)
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
