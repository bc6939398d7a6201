/* SPDX-License-Identifier: Apache-2.0 */
/* One rule's SQL, run: it may read and nothing else, and its rows are checked before they count. */
#pragma once

#include "audit/rules.h"
#include "store/findings.h"

/* What a rule may cost; 0 stands for no bound. */
struct rule_bounds {
  guint time_ms;
  guint rows;
  gsize text_bytes; /* of subject and of detail, each */
  gsize evidence_bytes;
};

/*
 * A row that was checked; `finding` is valid until it returns, but its severity always. False with
 * an error ends the run.
 */
typedef bool (*rule_told)(const struct finding *finding, gpointer data, GError **error);

/*
 * Run a rule and call `told` for each of its rows. False with AUDIT_ERROR_SQL when the rule is at
 * fault: SQL that fails or writes, several statements, a column that lacks, a row that is no
 * finding, or more than the bounds; rows before it have been told. An error of `told` is passed on.
 * With a time bound, `told` must not use the connection.
 */
bool rule_run(sqlite3 *db, const struct rule *rule, const struct rule_bounds *bounds,
              rule_told told, gpointer data, GError **error);
