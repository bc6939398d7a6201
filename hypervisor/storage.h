/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Storage pools: which path a volume is, which pool a path is in. One list call for the pools, and
 * for each active one its XML and its volumes. No call per volume over the wire: a volume's key is
 * its path in most kinds of pool; of the others a local hypervisor is asked, a remote one is not.
 */
#pragma once

#include "facts/hypervisor.h"
#include "hypervisor/connection.h"

struct storage_volume {
  char *pool, *name, *path; /* an absolute path: volumes that have none are left out */
};

struct storage {
  GPtrArray *volumes;  /* of struct storage_volume, sorted by path */
  GPtrArray *folders;  /* char *: target directories of active pools that hold files */
  GHashTable *by_name; /* the same volumes, by pool and name */
};
typedef struct storage Storage;

/*
 * Read the active pools. A hypervisor without a storage driver has none. A pool that fails is a
 * note in `notes` (of struct note), and the others go on.
 */
struct storage *storage_read(virConnectPtr connection, GPtrArray *notes);

/* No pools at all; for tests, and for whoever builds one by storage_add(). */
struct storage *storage_new(void);
void storage_add(struct storage *storage, const char *pool, const char *name, const char *path);

void storage_free(struct storage *storage); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Storage, storage_free)

/* The path of a volume, or NULL; the volume of a path, or NULL. Both stay the storage's. */
const char *storage_path(const struct storage *storage, const char *pool, const char *volume);
const struct storage_volume *storage_find(const struct storage *storage, const char *path);
