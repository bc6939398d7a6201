/* SPDX-License-Identifier: Apache-2.0 */
/* Statements to rows: what a query of the ledger finds, on its way to an output. */
#pragma once

#include "cmd/output/output.h"
#include "store/sql.h"

/*
 * Write all rows as one set. Column i of the output is column `picks`[i] of the statement; NULL
 * picks all in their order. False with an error of the ledger, or without one when the output takes
 * no more.
 */
bool rows_write(sqlite3_stmt *statement, struct output *output, const struct output_column *columns,
                const int *picks, guint count, GError **error);

/* Write all rows of all columns under the statement's own names. As rows_write(). */
bool rows_write_all(sqlite3_stmt *statement, struct output *output, GError **error);

/* All rows as a new JSON array of objects; NULL with an error. */
json_t *rows_to_json(sqlite3_stmt *statement, GError **error);
