/* SPDX-License-Identifier: Apache-2.0 */
/* What is compared between two points of history: one query per kind of thing. */
#pragma once

#define DIFF_QUIET_MAX 8

/* Columns of every query, before those that are compared. */
enum diff_column {
  DIFF_ID, /* with the key: which thing */
  DIFF_KEY,
  DIFF_ITEM, /* the same for a person, within its domain or hypervisor */
  DIFF_DOMAIN_ID,
  DIFF_HYPERVISOR_ID,
  DIFF_IS_AFTER, /* 0: valid at :from alone, 1: at :to alone */
  DIFF_SCAN_ID,  /* that began it, or ended it */
  DIFF_SUMMARY,  /* what to say of it when it came or went */
  DIFF_FIELDS,   /* the first that is compared; its name is that of the field */
};

struct diff_table {
  const char *what;
  /*
   * Rows that are valid at one of the scans :from and :to and not at the other (of findings, of the
   * audits :from_audit and :to_audit), ordered by id, key and is_after.
   */
  const char *sql;
  const char *quiet[DIFF_QUIET_MAX]; /* fields that alone are not worth telling, ended by NULL */
};

/* In the order of output, ended by one without a name. */
extern const struct diff_table diff_tables[];
