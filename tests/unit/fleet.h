/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger in a temporary folder, filled from facts written as text. Every function ends the test
 * when it fails.
 */
#pragma once

#include "store/ledger.h"

struct fleet;
typedef struct fleet Fleet;

struct fleet *fleet_new(void);
void fleet_free(struct fleet *fleet); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fleet, fleet_free)

struct ledger *fleet_ledger(struct fleet *fleet);

/* A new path in the temporary folder. */
char *fleet_path(struct fleet *fleet, const char *name);

/*
 * Ingest what a text tells, scan by scan, each an hour after the one before:
 *
 *     # a remark
 *     @scan HOST [STATUS [DRIVER [HOST_UUID]]]
 *     {"kind":"domain",…}
 *     @sql STATEMENT
 *     @accept DOMAIN
 *
 * The lines of facts are those of docs/facts.md but for the frame, which is put around them: the
 * collection, a hypervisor of DRIVER ("QEMU") on HOST, and an end of STATUS ("complete").
 * Statements put in what no stream tells (policies), once the scans before them are in; the keys of
 * a domain are accepted as they are then. Another word with @ ends it.
 */
void fleet_ingest(struct fleet *fleet, const char *text);

/* The first column of the first row, as a number; 0 when it is NULL. */
gint64 fleet_number(struct fleet *fleet, const char *sql);
