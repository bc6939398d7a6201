/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Definitions of domains, fetched by a thread of its own, a few ahead of whoever reads them: the
 * time on the wire is not added to the time of parsing.
 */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

struct definition {
  char *xml;     /* NULL when it could not be fetched */
  int code;      /* then libvirt's error code */
  char *message; /* and its message, cleaned */
};
typedef struct definition Definition;
void definition_free(struct definition *definition); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Definition, definition_free)

struct definitions;
typedef struct definitions Definitions;

/* Start to fetch. The array, of virDomainPtr, stays the caller's, and must live and not change. */
struct definitions *definitions_new(const GPtrArray *domains);

/* The next one, in the array's order; call it once for each. Secrets are not asked for. */
struct definition *definitions_next(struct definitions *definitions);

/* Stop after the call that is under way; NULL is fine. */
void definitions_free(struct definitions *definitions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Definitions, definitions_free)
