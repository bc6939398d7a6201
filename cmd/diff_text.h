/* SPDX-License-Identifier: Apache-2.0 */
/* Differences for people to read. */
#pragma once

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * Print the rows of diff_rows(): a part for each hypervisor, in it a line for each domain with its
 * changes below; with `bytes`, exact sizes. False with an error of the ledger, or without one when
 * `out` takes no more.
 */
bool diff_text(FILE *out, sqlite3_stmt *rows, bool bytes, GError **error);
