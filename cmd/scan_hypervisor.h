/* SPDX-License-Identifier: Apache-2.0 */
/* One hypervisor's part of a scan: collected in a process of its own, then ingested. */
#pragma once

#include "cmd/collector.h"
#include "store/ingest.h"

struct scan_part {
  char *uri;            /* as asked for, without a password; NULL for libvirt's default */
  char *trouble;        /* what went wrong on the way; NULL when nothing did */
  IngestResult *ingest; /* NULL when no stream came into the ledger */
  double seconds;
};

/* Collect and ingest. Whatever fails is the part's trouble. Never NULL. */
struct scan_part *scan_hypervisor(struct ledger *ledger, const struct collector_options *options);
void scan_hypervisor_free(struct scan_part *part); /* NULL is fine */
