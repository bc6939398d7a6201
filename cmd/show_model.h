/* SPDX-License-Identifier: Apache-2.0 */
/* All that the ledger says of one domain, as a JSON object: what `show` prints in either form. */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <sqlite3.h>

/*
 * A new object with "domain" (an object), and the arrays "interfaces", "filesystems", "disks" (each
 * with its "chain", the top image first), "guests", "identities", "host_keys", "accounts" (each
 * with its numbers of "keys" and "effective_keys"), "authorized_keys", "key_sources", "cloud_init",
 * "seeds", "findings" (the open ones): columns as in the views. NULL with an error of the ledger.
 */
json_t *show_model(sqlite3 *db, gint64 domain_id, GError **error);
