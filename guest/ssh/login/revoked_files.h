/* SPDX-License-Identifier: Apache-2.0 */
/* The files of RevokedKeys that an sshd_config names, each read once for all its users. */
#pragma once

#include "guest/ssh/login/key_sources.h"
#include "guest/ssh/login/revoked_keys.h"

struct revoked_files;
typedef struct revoked_files RevokedFiles;

/* Files that do not say of every key go to the sources. */
struct revoked_files *revoked_files_new(struct road *road, struct key_sources *sources);
void revoked_files_free(struct revoked_files *files); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RevokedFiles, revoked_files_free)

/* The revoked keys that count for a user, of `files`; NULL without. */
const struct revoked_keys *revoked_files_get(struct revoked_files *files,
                                             const struct sshd_answers *answers);
