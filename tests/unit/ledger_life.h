/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger with some history: scans of a small fleet to which everything happens, each audited. */
#pragma once

#include "ledger_fixture.h"
#include "store/history.h"

/* Scan n, counted from 1, was ingested a day after the one before it. */
#define LEDGER_LIFE_BEGIN 1000000
#define LEDGER_LIFE_DAY   86400

extern const size_t ledger_life_scans;

/* Everything here ends the test when it fails. The clock stands at the newest scan. */
struct ledger_fixture *ledger_life_new(void);

/* Scan and audit `number` of that life, counted from 1. */
void ledger_life_step(struct ledger_fixture *fixture, size_t number);

/* The stream alone, without an audit; an audit alone, that finds nothing. */
void ledger_life_scan(struct ledger_fixture *fixture, size_t number);
void ledger_life_audit(struct ledger_fixture *fixture);

/* Open it once more, for reading. */
struct ledger *ledger_life_open(struct ledger_fixture *fixture);

struct history_point ledger_life_point(struct ledger *ledger, gint64 scan_id);

/* Put a ledger that was opened for reading at a scan. */
void ledger_life_go(struct ledger *ledger, gint64 scan_id);

enum ledger_life_views {
  LEDGER_LIFE_ALL,
  LEDGER_LIFE_STANDING, /* but for scans, resolved findings and images without users */
};

/* Every row of the views, in an order of its own, a line each. */
char *ledger_life_dump(struct ledger *ledger, enum ledger_life_views views);
