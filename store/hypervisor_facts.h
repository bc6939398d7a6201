/* SPDX-License-Identifier: Apache-2.0 */
/* What may change of a hypervisor while it stays who it is: how it is asked, and its versions. */
#pragma once

#include "store/hypervisors.h"

/* The table of these facts, prepared. NULL with STORE_ERROR. */
struct fact_table *hypervisor_facts_new(sqlite3 *db, struct row_changes *changes, GError **error);

/* Keep what it said of itself, and the labels of the section that was asked, if one was. */
bool hypervisor_facts_keep(struct fact_table *facts, const struct asking *asking, gint64 id,
                           const struct hypervisor *hypervisor, GError **error);
