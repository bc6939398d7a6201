/* SPDX-License-Identifier: Apache-2.0 */
/* Findings in the ledger: opened, kept, resolved and reopened as the rules find them or not. */
#pragma once

#include "store/ledger.h"

/* One row of a rule. */
struct finding {
  const char *rule, *severity, *title;
  const char *subject;
  gint64 domain_id; /* 0 for none */
  const char *detail;
  const char *evidence; /* JSON object */
};

/* What an audit changed. */
struct findings_summary {
  guint open, opened, resolved;
  guint high, medium, low, info; /* of the open ones */
};

struct findings;

/*
 * Begin an audit: one transaction, in which every finding of every rule is told once and then
 * findings_commit() resolves what was not told. `rules` is how many run.
 */
struct findings *findings_begin(struct ledger *ledger, guint rules, GError **error);

/*
 * Tell a finding. Unchanged ones cost no write; of two about one subject of a rule, the first
 * counts. False with STORE_ERROR_SQL for what the tables refuse (a severity that is none, evidence
 * that is no JSON object, a domain that is none): then the audit goes on, and an open finding stays
 * as it was.
 */
bool findings_add(struct findings *findings, const struct finding *finding, GError **error);

/*
 * Say that a rule could not be run: its open findings stay as they are.
 */
bool findings_keep(struct findings *findings, const char *rule, GError **error);

/*
 * Resolve the open findings that were not told, but for those whose hypervisor's last scan was not
 * complete, and commit.
 */
bool findings_commit(struct findings *findings, struct findings_summary *ret_summary,
                     GError **error);

/* Ends the audit; without a commit before it, nothing has changed. NULL is fine. */
void findings_free(struct findings *findings);
