/* SPDX-License-Identifier: Apache-2.0 */
/* The audit: run the rules over the ledger and keep what they find. */
#pragma once

#include "audit/rules.h"
#include "store/findings.h"
#include "store/ledger.h"
#include "store/policy.h"

struct audit_options {
  const char *folder;          /* of user rules; NULL for none */
  const char *const *only;     /* names of the rules to run, ended by NULL; NULL runs all */
  const struct policy *policy; /* that counts from now on; NULL: the ledger's */
  guint rule_time_ms;          /* that a user's rule may take; 0: AUDIT_RULE_TIME_MS */
};

#define AUDIT_RULE_TIME_MS      30000
#define AUDIT_RULE_ROWS_MAX     100000            /* findings of one user's rule */
#define AUDIT_RULE_TEXT_MAX     ((gsize)64 << 10) /* bytes of its subject, and of its detail */
#define AUDIT_RULE_EVIDENCE_MAX ((gsize)16 << 20)

struct audit_result {
  struct findings_summary findings;
  GPtrArray *problems; /* char *: rules that were skipped, with the reason */
  guint rules;         /* that ran */
};
void audit_result_clear(struct audit_result *result);

/*
 * Keep the policy, then run the rules, each of the two in one transaction. Findings of a rule that
 * is not run (`only`) or that a user got wrong stay as they were; those of a rule that is there no
 * longer are resolved. A user's rule that fails is a problem in the result, an embedded one an
 * error, after which no finding has changed. AUDIT_ERROR_UNKNOWN when `only` names a rule that is
 * not there.
 */
bool audit_run(struct ledger *ledger, const struct audit_options *options,
               struct audit_result *ret_result, GError **error);
