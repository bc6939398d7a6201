/* SPDX-License-Identifier: Apache-2.0 */
/* Ending what the ledger knows of a hypervisor that is gone for good. */
#pragma once

#include "cmd/verb.h"

/* By the name of its section, of the view, or by its URI. Only says what it would do, unless `yes`.
 */
enum exit_status hosts_forget(const struct globals *globals, const char *name, bool yes);
