/* SPDX-License-Identifier: Apache-2.0 */
/* A hypervisor that is gone for good. */
#pragma once

#include "store/ledger.h"

/*
 * End all that is current of a hypervisor, as a complete scan that finds nothing would, and the
 * hypervisor itself: it is no longer listed, nor are its domains, but their history stays. Should
 * it be read again, it is back. `tool` is who does it. True also for one that is unknown; in one
 * transaction.
 */
bool forget_hypervisor(struct ledger *ledger, gint64 hypervisor_id, const char *tool,
                       GError **error);
