/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger of this run: which file, and opening it with messages that a person can act on. */
#pragma once

#include "cmd/fleet/config.h"
#include "cmd/verb.h"
#include "store/ledger.h"
#include "store/policy.h"

/* The path, new: --ledger, else VIRT_LEDGER, the configuration's, or ledger_default_path(). */
char *open_path(const struct globals *globals, const struct config *config);

/* The configuration, with a warning for each of its own. NULL after a message. New. */
struct config *open_config(const struct globals *globals);

/* The policy that it says, with a warning for each file that others may write. NULL as above. */
struct policy *open_policy(const struct globals *globals, const struct config *config);

/* Open a ledger that must exist already. NULL after a message. */
struct ledger *open_existing(const struct globals *globals, enum ledger_mode mode);

/* The row of --as-of in a verb's table, where `type`, its options struct, has a member `as_of`. */
/* clang-format off */
#define OPEN_AS_OF_OPTION(type)                                                                  \
  {"as-of", 0, OPTION_TEXT, offsetof(type, as_of), "TIME|SCAN",                                  \
   "as the ledger was then: yesterday, '2026-11-22 10:00', a scan's number"}
/* clang-format on */

/*
 * Open for reading a ledger that must exist already, as of the moment that `words` names
 * (store/moment.h), or of now for NULL. When it is not EXIT_OK, there was a message for the user of
 * `verb`.
 */
enum exit_status open_as_of(const struct globals *globals, const char *verb, const char *words,
                            struct ledger **ret_ledger);

/* Open the ledger for writing, made where it is missing. NULL after a message. */
struct ledger *open_or_create(const struct globals *globals);
