/* SPDX-License-Identifier: Apache-2.0 */
/* The systems whose host keys the ledger has, and the names and addresses that they go by. */
#pragma once

#include "guest/ssh/key/key.h"

#include <sqlite3.h>

/* Why not to trust a system's keys as one does what was read off a disk at rest. */
enum known_host_caveat {
  KNOWN_HOST_ATTESTED = 1 << 0, /* the guest's own word, by its agent */
  KNOWN_HOST_RUNNING = 1 << 1,  /* read while it ran */
  KNOWN_HOST_OLD = 1 << 2,      /* read KNOWN_HOST_OLD_DAYS ago or before */
};

#define KNOWN_HOST_OLD_DAYS 30

struct known_host {
  gint64 domain_id;
  char *domain;         /* its name, as it is */
  GPtrArray *names;     /* of char *, fit for a line: see host_name_of() */
  GPtrArray *addresses; /* likewise */
  GPtrArray *keys;      /* of struct ssh_key, by algorithm and fingerprint; none that sshd would not
                           use, and no certificates */
  GPtrArray *remarks;   /* of char *: what was left out and why; not safe to print */
  guint caveats;        /* KNOWN_HOST_* */
};
typedef struct known_host KnownHost;

/*
 * All systems of guests that were read, whether keys were found or not, by name of domain and
 * hypervisor; those of one domain stand together. Without `guest_names` they go by what the
 * hypervisor tells alone: the domain's name, and the addresses that libvirt leased. A new array of
 * struct known_host; NULL with an error of the ledger.
 */
GPtrArray *known_host_load(sqlite3 *db, bool guest_names, GError **error);
