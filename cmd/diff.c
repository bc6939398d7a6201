/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger diff: what changed between two moments. */
#include "store/diff.h"

#include "cmd/diff_text.h"
#include "cmd/lookup.h"
#include "cmd/open.h"
#include "cmd/output/message.h"
#include "cmd/output/rows.h"
#include "facts/clock.h"
#include "store/as_of.h"

#include <stdlib.h>
#include <string.h>

struct diff_options {
  char **domains;
  bool exit_code;
  struct output_options output; /* format NULL: text */
};

static const char *const formats[] = {"text", "table", "json", "jsonl", "csv", NULL};

#define AT(member) offsetof(struct diff_options, member)
static const struct verb_option options[] = {
    {"domain", 'd', OPTION_TEXTS, AT(domains), "DOMAIN",
     "only this domain, by name or UUID; may be repeated"},
    {"exit-code", 0, OPTION_FLAG, AT(exit_code), NULL, "exit with 2 when there are differences"},
    {"bytes", 'b', OPTION_FLAG, AT(output.bytes), NULL, "sizes in bytes also in text"},
    OUTPUT_OPTIONS_IN(struct diff_options, formats),
    {0},
};
#undef AT

/* The two moments of the command line, as far as it has them. */
struct words {
  struct moment from, to;
  guint count;
};

static bool
parse_words(char **arguments, struct words *ret_words, GError **error)
{
  struct words words = {.count = g_strv_length(arguments)};

  if ((words.count > 0 && !moment_parse(arguments[0], clock_now(), &words.from, error)) ||
      (words.count > 1 && !moment_parse(arguments[1], clock_now(), &words.to, error)))
    return false;
  *ret_words = words;
  return true;
}

/* Audits may follow each other without a scan in between. */
static bool
is_in_order(const struct diff_range *range)
{
  return range->from.scan_id < range->to.scan_id ||
         (range->from.scan_id == range->to.scan_id && range->from.audit_id <= range->to.audit_id);
}

static bool
find_range(sqlite3 *db, const struct words *words, struct diff_range *range, GError **error)
{
  bool found = words->count > 0 ? history_find(db, &words->from, &range->from, error)
                                : history_before_last_run(db, &range->from, error);

  found = found && (words->count > 1 ? history_find(db, &words->to, &range->to, error)
                                     : history_now(db, &range->to, error));
  if (!found || is_in_order(range))
    return found;
  g_set_error_literal(error, STORE_ERROR, STORE_ERROR_MOMENT,
                      "the first moment is later than the second; name the earlier one first");
  return false;
}

/* Add the domains that a word means at one end. */
static int
add_ids(sqlite3 *db, const struct history_point *point, const char *word, json_t *ids,
        GError **error)
{
  return as_of_go(db, point, error) ? lookup_domain_ids(db, word, ids, error) : -1;
}

/* Those at either end: a domain may have come, gone, or got another name. */
static bool
add_word(sqlite3 *db, const struct diff_range *range, const char *word, json_t *ids, GError **error)
{
  int before = add_ids(db, &range->from, word, ids, error);
  int after = before < 0 ? -1 : add_ids(db, &range->to, word, ids, error);

  if (after >= 0 && before + after == 0)
    g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                "there is no domain '%s', neither before nor after", word);
  return after >= 0 && before + after > 0;
}

/* A new JSON array of domain_ids; NULL with an error. */
static char *
domain_ids(sqlite3 *db, const struct diff_range *range, char **words, GError **error)
{
  json_t *ids = json_array();
  bool found = true;

  for (; found && *words; words++)
    found = add_word(db, range, *words, ids, error);
  char *text = found ? json_dumps(ids, JSON_COMPACT) : NULL;
  json_decref(ids);
  return text;
}

static const struct output_column columns[] = {
    {"what"},  {"change"}, {"hypervisor"}, {"domain"},  {"uuid"}, {"item"},
    {"field"}, {"before"}, {"after"},      {"scan_id"}, {"at"},
};

/* False without an error when standard output takes no more. */
static bool
write_rows(sqlite3_stmt *rows, const struct diff_options *chosen, GError **error)
{
  if (!chosen->output.format || strcmp(chosen->output.format, "text") == 0)
    return diff_text(stdout, rows, chosen->output.bytes, error);
  g_autoptr(Output) output = output_new(stdout, &chosen->output, 1);
  return rows_write(rows, output, columns, NULL, G_N_ELEMENTS(columns), error);
}

static void
summarize(const struct globals *globals, const struct diff_range *range,
          const struct diff_summary *summary)
{
  message_line(globals,
               "scan %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ": domains: %" G_GINT64_FORMAT
               " came, %" G_GINT64_FORMAT " went, %" G_GINT64_FORMAT
               " changed; findings: %" G_GINT64_FORMAT " opened, %" G_GINT64_FORMAT
               " resolved; others: %" G_GINT64_FORMAT " changed",
               range->from.scan_id, range->to.scan_id, summary->domains_added,
               summary->domains_removed, summary->domains_changed, summary->findings_opened,
               summary->findings_resolved, summary->others);
}

/* Print the differences of a range. */
static bool
print(const struct globals *globals, sqlite3 *db, const struct diff_range *range,
      const struct diff_options *chosen, struct diff_summary *ret_summary, GError **error)
{
  g_autofree char *ids = NULL;

  if (chosen->domains && !(ids = domain_ids(db, range, chosen->domains, error)))
    return false;
  if (!diff_make(db, range, error) || !diff_count(db, ids, ret_summary, error))
    return false;
  g_autoptr(Statement) rows = diff_rows(db, range, ids, error);
  if (!rows || !write_rows(rows, chosen, error))
    return false;
  summarize(globals, range, ret_summary);
  return true;
}

static enum exit_status
run(const struct globals *globals, gpointer data, char **arguments)
{
  const struct diff_options *chosen = data;
  struct diff_range range = {.all_fields = globals->verbose};
  struct diff_summary summary;
  struct words words;
  g_autoptr(GError) error = NULL;

  if (!parse_words(arguments, &words, &error))
    return message_usage(globals, "diff", "diff: %s", error->message);
  g_autoptr(Ledger) ledger = open_existing(globals, LEDGER_READ);
  if (!ledger)
    return EXIT_ERROR;
  sqlite3 *db = ledger_db(ledger);
  if (find_range(db, &words, &range, &error) &&
      print(globals, db, &range, chosen, &summary, &error))
    return chosen->exit_code && summary.rows > 0 ? EXIT_FINDINGS : EXIT_OK;
  if (error)
    message_error(globals, "%s", error->message);
  return EXIT_ERROR;
}

const struct verb verb_diff = {
    .name = "diff",
    .arguments = "[FROM [TO]]",
    .summary = "what changed between two scans, or two moments",
    .help =
        "Shows which domains came (+) and went (-) and what changed (~) of the others: state,\n"
        "CPUs, memory, disks, interfaces, images, systems and identities in guests; and findings\n"
        "that were opened and resolved. FROM and TO are scans or times, as with --as-of: 17,\n"
        "2026-11-22, '2026-11-22 10:00', 2026-11-22T10:00:00Z, yesterday, '7d ago'. Without TO\n"
        "it shows what changed since FROM; without both, what the last run of scan changed.\n"
        "\n"
        "Both ends count, not what was in between: what is again as it was is no difference. Of\n"
        "a domain that came or went nothing else is told. What changes all the time, as the\n"
        "allocated size of an image or the time of a file, is told with --verbose alone.\n"
        "\n"
        "Exit status: 0; 1 when the ledger cannot be read, or has no such scan; with --exit-code\n"
        "2 when there are differences.\n"
        "\n"
        "Examples:\n"
        "  virt-ledger diff\n"
        "  virt-ledger diff yesterday -d web-1\n"
        "  virt-ledger diff 17 21 --format json | jq '.[] | select(.what == \"identity\")'\n",
    .options = options,
    .options_size = sizeof(struct diff_options),
    .max_arguments = 2,
    .run = run,
};
