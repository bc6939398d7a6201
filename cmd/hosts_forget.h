/* SPDX-License-Identifier: Apache-2.0 */
/* Ending what the ledger knows of a hypervisor that is gone for good. */
#pragma once

#include "cmd/verb.h"

/*
 * `words`: the name of its section or in the view, or its URI. Only says what it would do, unless
 * `yes`.
 */
enum exit_status hosts_forget(const struct globals *globals, const char *words, bool yes);
