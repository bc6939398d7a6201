/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Storage pools: which path a volume is, which pool a path is in. One list call for the pools, and for each
 * active one its XML and its volumes: no call per volume over the wire.
 */
#pragma once

#include "facts/hypervisor.h"
#include "hypervisor/connection.h"

struct storage_volume {
  char *pool, *name, *path;
};

struct storage {
  GPtrArray *volumes; /* of struct storage_volume, sorted by path */
  GPtrArray *folders; /* char *: target directories of active pools */
};
typedef struct storage Storage;

/*
 * Read the pools. A hypervisor without a storage driver has none. A pool that fails is a note in `notes`
 * (of struct note), and the others go on.
 */
struct storage *storage_read(virConnectPtr connection, GPtrArray *notes);
void storage_free(struct storage *storage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Storage, storage_free)

/* The path of a volume, or NULL; the volume of a path, or NULL. Both stay the storage's. */
const char *storage_path(const struct storage *storage, const char *pool, const char *volume);
const struct storage_volume *storage_find(const struct storage *storage, const char *path);
