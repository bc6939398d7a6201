/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a struct into the parameters of a statement, by the struct's shape. */
#pragma once

#include "facts/shape.h"

#include <sqlite3.h>

/*
 * Which parameter of the statement takes which field: a new array, as long as the shape's table, of
 * the parameter's number; 0 where the statement has none of that name. Free with g_free().
 */
int *bind_plan(sqlite3_stmt *statement, const struct shape *shape);

/*
 * Bind the fields of `data`, which must outlive the run. What is absent is NULL; octets are TEXT
 * where they are UTF-8 without NUL, else BLOB; a list is TEXT, a JSON array, or NULL when empty.
 */
void bind_fact(sqlite3_stmt *statement, const int *plan, const struct shape *shape,
               gconstpointer data);

/*
 * Bind octets as above, to a parameter by its number; NULL binds NULL. They must outlive the run.
 */
void bind_octets(sqlite3_stmt *statement, int parameter, GBytes *octets);
