/* SPDX-License-Identifier: Apache-2.0 */
/* A value on its way from the ledger to a table, JSON or CSV. */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <sqlite3.h>
#include <stdbool.h>

/*
 * Digits of a real, as the sqlite3 program shows it: what is 0.1 there is no 0.10000000000000001.
 */
#define CELL_REAL_DIGITS 15

enum cell_type {
  CELL_NULL,
  CELL_INTEGER,
  CELL_REAL,
  CELL_OCTETS, /* text or blob: either may hold any bytes */
};

struct cell {
  enum cell_type type;
  gint64 integer;
  double real;
  const char *octets; /* somebody else's */
  gsize length;
};

/* What a number counts, so that a person may read "20G". */
enum cell_unit {
  UNIT_NONE,
  UNIT_BYTES,
  UNIT_KIB,
  UNIT_TRUTH, /* 0 and 1: no and yes */
  UNIT_MODE,  /* permission bits, as ls would have them in digits: 0600 */
};

/* A column of the current row; its octets live until the statement steps on. */
struct cell cell_of_statement(sqlite3_stmt *statement, int column);

/* A cell that holds a string. */
struct cell cell_of_text(const char *text);

/*
 * As one line that is safe to print (cmd/output/escape.h), new; "" for NULL. With `exact`, sizes
 * are bytes, else like "20G".
 */
char *cell_to_text(const struct cell *cell, enum cell_unit unit, bool exact);

/*
 * Set `key` of a JSON object. Octets that are no UTF-8, or hold a NUL, become text with U+FFFD in
 * place of what is wrong, and a second key `key`_base64 with the octets themselves.
 */
void cell_to_json(const struct cell *cell, json_t *object, const char *key);
