/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the ledger says, as metrics for Prometheus: the text exposition format in a file that the
 * textfile collector of its node_exporter reads
 * (https://prometheus.io/docs/instrumenting/exposition_formats/).
 */
#pragma once

#include "store/ledger.h"

/* Whether that collector reads files of this name: they end in ".prom". */
bool prom_is_name(const char *path);

/*
 * Write the metrics into a new file beside `path`, which everybody may read, and rename it. False
 * with STORE_ERROR or G_FILE_ERROR, also for another name, after which the former file is as it
 * was.
 */
bool prom_write(Ledger *ledger, const char *path, GError **error);

/* The metrics as text, new. NULL with STORE_ERROR. */
char *prom_text(Ledger *ledger, GError **error);
