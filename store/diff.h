/* SPDX-License-Identifier: Apache-2.0 */
/* What changed between two points of the ledger's history. */
#pragma once

#include "store/history.h"

struct diff_range {
  struct history_point from, to; /* `from` is not the later one */
  bool all_fields;               /* also those that change without telling much, as a file's time */
};

/*
 * Compare both points. What was something else in between and is as before is no difference; of a
 * domain that came or went, only that is one. The differences stay with the connection, which was
 * opened with LEDGER_READ and is at the later point afterwards, and replace earlier ones.
 */
bool diff_make(sqlite3 *db, const struct diff_range *range, GError **error);

/*
 * A new statement that selects what diff_make() found in `range`, by hypervisor and domain, what
 * belongs to no hypervisor last:
 *
 *   what                       domain, disk, …: one of the table in store/diff_tables.c
 *   change                     added, removed, changed
 *   hypervisor, domain, uuid   where; NULL where it is about none or several
 *   item                       which disk, identity, …; NULL of a domain or hypervisor
 *   field                      of what changed; NULL of what came or went
 *   before, after              its values, or what came or went in a word
 *   scan_id, at                the scan that saw it, and when
 *
 * `domains` is a JSON array of domain_id, to see only what is about them; it must outlive the
 * statement. NULL is all.
 */
sqlite3_stmt *diff_rows(sqlite3 *db, const struct diff_range *range, const char *domains,
                        GError **error);

struct diff_summary {
  gint64 rows;
  gint64 domains_added, domains_removed, domains_changed;
  gint64 findings_opened, findings_resolved;
  gint64 others; /* changes about neither: hypervisors, images, findings that say something else */
};

/* Count what diff_rows() selects. */
bool diff_count(sqlite3 *db, const char *domains, struct diff_summary *ret_summary, GError **error);
