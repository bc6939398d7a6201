/* SPDX-License-Identifier: Apache-2.0 */
/* The table of identity kinds, for SQL. */
#pragma once

#include "store/ledger.h"

/*
 * Give a connection two functions of the name of a kind, as facts/identity_kinds.h has it:
 *
 *   identity_severity(kind)      of identity.duplicate; NULL where another rule tells, or none
 *   identity_consequence(kind)   of two guests that share a value of it
 *
 * Of a kind that is not in the table both are NULL. False with STORE_ERROR.
 */
bool identity_sql_register(sqlite3 *db, GError **error);
