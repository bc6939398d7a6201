/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept of the roots of a guest: a row of each, and lists of what is in it. Facts of a root
 * hang on the guest's root of that name.
 */
#pragma once

#include "facts/guest.h"
#include "facts/stream.h"
#include "store/fact_table.h"

/* Parts of their SQL. :id is the guest's; :root the root's, NULL for all of them. */
#define ROOT_ID "(SELECT root_id FROM root WHERE guest_id = :id AND root = :root)"

/* Of :domain_id, by whichever road. */
#define ROOTS_OF_DOMAIN                                                                            \
  "(SELECT r.root_id\n"                                                                            \
  "                     FROM guest AS g\n"                                                         \
  "                     JOIN root AS r ON r.guest_id = g.guest_id\n"                               \
  "                    WHERE g.domain_id = :domain_id)"

#define ROOT_CLOSE(table, and_key)                                                                 \
  "UPDATE " table "\n"                                                                             \
  "   SET until_scan = :scan_id\n"                                                                 \
  " WHERE root_id = " ROOT_ID and_key " AND until_scan IS NULL"

/* What a version of the stream does not tell of is not absent. */
#define ROOT_TOLD ":version >= " G_STRINGIFY(STREAM_VERSION_KEYS)

#define ROOT_CLOSE_ABSENT(table, key, told)                                                        \
  "UPDATE " table "\n"                                                                             \
  "   SET until_scan = :scan_id\n"                                                                 \
  " WHERE until_scan IS NULL\n"                                                                    \
  "   AND root_id IN (SELECT root_id\n"                                                            \
  "                     FROM root\n"                                                               \
  "                    WHERE guest_id = :id AND root = ifnull(:root, root))\n"                     \
  "   AND " key " NOT IN (SELECT value FROM json_each(:keys))\n"                                   \
  "   AND " told

/* Facts go with their root. */
#define ROOT_CLOSE_LOST(table)                                                                     \
  "UPDATE " table "\n"                                                                             \
  "   SET until_scan = :scan_id\n"                                                                 \
  " WHERE until_scan IS NULL\n"                                                                    \
  "   AND root_id IN (SELECT r.root_id\n"                                                          \
  "                     FROM root AS r\n"                                                          \
  "                    WHERE r.guest_id = :id\n"                                                   \
  "                      AND NOT EXISTS (SELECT 1\n"                                               \
  "                                        FROM root_fact\n"                                       \
  "                                       WHERE root_id = r.root_id AND until_scan IS NULL))"

/* The key of a list that has one member, or none. */
char *keeper_root_only_key(gconstpointer data);

extern const struct fact_sql keeper_root, keeper_root_identities, keeper_root_sshd,
    keeper_root_host_keys, keeper_root_accounts, keeper_root_authorized_keys,
    keeper_root_key_sources, keeper_root_cloud_init;
