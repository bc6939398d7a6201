/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a domain that `show` prints as tables of rows, in the order of the page. */
#pragma once

#include "cmd/output/cell.h"

#define SHOW_COLUMNS_MAX 11

struct show_column {
  const char *key, *heading; /* NULL: the key */
  enum cell_unit unit;
};

struct show_part {
  const char *title, *key; /* of the array in the model */
  const char *list;        /* its first rows only: where the others are; NULL: all rows */
  struct show_column columns[SHOW_COLUMNS_MAX]; /* ended by one without a key */
};

/* Above and below the disks; each ended by one without a title. */
extern const struct show_part show_parts_above[], show_parts_below[];
