/* SPDX-License-Identifier: Apache-2.0 */
/* The <disk> elements of domain XML. */
#pragma once

#include "facts/domain.h"
#include "hypervisor/xml_query.h"

struct disk_xml;
typedef struct disk_xml DiskXml;
struct disk_xml *disk_xml_new(void);
void disk_xml_free(struct disk_xml *parser); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DiskXml, disk_xml_free)

/* Fill a new disk from its element: its source, as path or "protocol://host/name", its backing. */
void disk_xml_fill(const struct disk_xml *parser, xmlXPathContextPtr context, xmlNodePtr node,
                   struct disk *disk);
