/* SPDX-License-Identifier: Apache-2.0 */
/* Rules: SQL with a head, embedded or from a folder. docs/rules.md describes the form. */
#pragma once

#include <glib.h>

#define AUDIT_ERROR (audit_error_quark())
GQuark audit_error_quark(void);
enum audit_error {
  AUDIT_ERROR_HEAD, /* a rule without rule, severity or title, or with a wrong one */
  AUDIT_ERROR_FILE, /* a rule's file that cannot be read, is too long or is no text */
  AUDIT_ERROR_SQL,  /* a rule whose SQL fails, writes, lacks a column or gives what is no finding */
  AUDIT_ERROR_UNKNOWN, /* no such rule */
};

#define RULES_FOLDER "/etc/virt-ledger.d/rules"

struct rule {
  char *name;              /* "machine-id.duplicate" */
  char *severity;          /* high, medium, low, info */
  char *title, *why, *fix; /* the last two may be NULL */
  char *sql;               /* the whole text: its head is comments */
  char *file;              /* where it comes from; NULL when it is embedded */
  char *problem;           /* why it is skipped; NULL when it is fit to run */
};
typedef struct rule Rule;

/* A rule from its text. NULL with AUDIT_ERROR_HEAD. */
struct rule *rule_parse(const char *text, const char *file, GError **error);
void rule_free(struct rule *rule); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rule, rule_free)

/* The word of a severity as one that lasts; NULL when it is none. */
const char *rule_severity(const char *word);

/*
 * The embedded rules and those of `folder` (NULL: none; a missing folder has none), sorted by name,
 * as a new array of struct rule. A file that is no rule, or that takes the name of another, stays
 * in the list with its `problem`; its name is then the one it asks for, or else that of its file,
 * and severity, title and SQL may be NULL.
 */
GPtrArray *rules_load(const char *folder);
