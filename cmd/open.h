/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger of this run: which file, and opening it with messages that a person can act on. */
#pragma once

#include "cmd/config.h"
#include "cmd/verb.h"
#include "store/ledger.h"

/* The path, new: --ledger, else VIRT_LEDGER, the configuration's, or ledger_default_path(). */
char *open_path(const struct globals *globals, const struct config *config);

/* Open a ledger that must exist already. NULL after a message. */
struct ledger *open_existing(const struct globals *globals, enum ledger_mode mode);

/* Open the ledger for writing, made where it is missing. NULL after a message. */
struct ledger *open_or_create(const struct globals *globals);
