/* SPDX-License-Identifier: Apache-2.0 */
/* A file of RevokedKeys: public keys that sshd no longer takes. */
#pragma once

#include "guest/road.h"

enum revocation {
  NOT_REVOKED,
  REVOKED,
  REVOCATION_UNKNOWN, /* it is a KRL, was cut, or has a line that may stop sshd */
};

struct revoked_keys;
typedef struct revoked_keys RevokedKeys;

/* Read the file; new. Where sshd cannot read it, it takes no key at all. */
struct revoked_keys *revoked_keys_read(struct road *road, const char *path);
/* What is known of a file that is not read, because there are too many: nothing. New. */
struct revoked_keys *revoked_keys_unread(void);

void revoked_keys_free(struct revoked_keys *revoked); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RevokedKeys, revoked_keys_free)

enum revocation revoked_keys_find(const struct revoked_keys *revoked, const char *fingerprint);

/* Why the file does not say of every key; NULL when it does. */
const char *revoked_keys_doubt(const struct revoked_keys *revoked);
