/* SPDX-License-Identifier: Apache-2.0 */
/* The <idmap> element of domain XML: which users of the host a container's users are. */
#pragma once

#include "hypervisor/xml_query.h"

struct idmap_xml;
typedef struct idmap_xml IdmapXml;
struct idmap_xml *idmap_xml_new(void);
void idmap_xml_free(struct idmap_xml *parser); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IdmapXml, idmap_xml_free)

/*
 * The map that the <domain> element has, as struct domain has it, new; NULL without one. What is no
 * number there is -1, so that nobody can take the rest for the whole.
 */
char *idmap_xml_read(const struct idmap_xml *parser, xmlXPathContextPtr context, xmlNodePtr root);
