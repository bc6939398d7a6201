/* SPDX-License-Identifier: Apache-2.0 */
/* Whose files are whose: the user namespace of a container. Pure. */
#pragma once

#include <glib.h>

/* Whoever has no number in the guest; what Linux itself shows for them. */
#define IDMAP_NOBODY 65534

struct idmap;
typedef struct idmap Idmap;

/*
 * A map from the text of a domain's `idmap`: "uid START TARGET COUNT" and "gid START TARGET COUNT",
 * separated by commas; START is the first number in the guest, TARGET the one on the host that
 * stands for it. NULL when it is anything else, or a range leaves the 32 bits of a number.
 */
struct idmap *idmap_parse(const char *text);
void idmap_free(struct idmap *map); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Idmap, idmap_free)

/*
 * The guest's number of a host's user or group: IDMAP_NOBODY outside the map, the number itself
 * without one (NULL).
 */
guint32 idmap_uid(const struct idmap *map, guint32 host);
guint32 idmap_gid(const struct idmap *map, guint32 host);
