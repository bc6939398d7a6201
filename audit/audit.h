/* SPDX-License-Identifier: Apache-2.0 */
/* The audit: run the rules over the ledger and keep what they find. */
#pragma once

#include "audit/rules.h"
#include "store/findings.h"
#include "store/ledger.h"

struct audit_options {
  const char *folder;      /* of user rules */
  const char *const *only; /* names of rules to run, ended by NULL; NULL runs all, and only then findings resolve */
};

struct audit_result {
  struct findings_summary findings;
  GPtrArray *problems; /* char *: rules that were skipped, with the reason */
  guint rules;         /* that ran */
};
void audit_result_clear(struct audit_result *result);

/*
 * Run the rules. A user's rule that fails is a problem in the result and keeps its findings as they were;
 * an embedded one that fails is an error. AUDIT_ERROR_UNKNOWN when `only` names a rule that is not there.
 */
bool audit_run(struct ledger *ledger, const struct audit_options *options, struct audit_result *ret_result, GError **error);
