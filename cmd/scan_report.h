/* SPDX-License-Identifier: Apache-2.0 */
/* What a scan did, as text for a person and as JSON for a program. */
#pragma once

#include "audit/audit.h"
#include "cmd/fleet/scan_parts.h"
#include "cmd/scan_counts.h"
#include "cmd/verb.h"

#include <stdio.h>

struct scan_report {
  Ledger *ledger;     /* stays the caller's */
  GPtrArray *parts;   /* of scan_parts_run() */
  bool interrupted;   /* then some parts may be NULL */
  ScanCounts *counts; /* of scan_report_count(); NULL when the ledger cannot say */
  bool audited;
  struct audit_result audit;
  double seconds;
  bool dry_run;
};

/* Once all parts are there, and before they are told of: count what the ledger has of them. */
void scan_report_count(struct scan_report *report);

/* Whether every hypervisor was read to its end and every guest could be read. */
bool scan_report_complete(const struct scan_report *report);

/* As messages on standard error. */
void scan_report_tell(const struct scan_report *report, const struct globals *globals);

/* As one JSON object on `out`. False when it cannot be written. */
bool scan_report_json(const struct scan_report *report, FILE *out);
