/* SPDX-License-Identifier: Apache-2.0 */
/* What is removed from each table of the ledger when history is forgotten. */
#pragma once

struct prune_table {
  const char *table;
  const char *sql; /* deletes rows; :scan_id and :audit_id are the point before which */
};

/* All of them, in the order in which they run, ended by one without a table. */
extern const struct prune_table prune_tables[];
