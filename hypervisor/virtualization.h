/* SPDX-License-Identifier: Apache-2.0 */
/* How a machine is virtualized, told from its definition: our classification, with its reasons. */
#pragma once

#include "facts/domain.h"
#include "hypervisor/xml_query.h"

/*
 * The version of the rule, part of every evidence: `full` is a hardware-virtual machine without
 * paravirtual devices; `hybrid` one with them, or PVH; `paravirtual` a guest that knows its
 * hypervisor from the first instruction on; `container` shares the host's kernel. The memory
 * balloon decides nothing: drivers add it to every machine unasked. Enlightenments and hints of
 * <features> are named, and decide nothing.
 */
#define VIRTUALIZATION_RULE "rule 1"

struct virtualization;
typedef struct virtualization Virtualization;
struct virtualization *virtualization_new(void);
void virtualization_free(struct virtualization *rule); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Virtualization, virtualization_free)

/*
 * Set virtualization, virtualization_evidence and acceleration of a domain whose virt_type and
 * os_type are set, from the <domain> element.
 */
void virtualization_derive(const struct virtualization *rule, xmlXPathContextPtr context,
                           xmlNodePtr root, struct domain *domain);
