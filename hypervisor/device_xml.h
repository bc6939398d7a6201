/* SPDX-License-Identifier: Apache-2.0 */
/* The <interface> and <filesystem> elements of domain XML. */
#pragma once

#include "facts/domain.h"
#include "hypervisor/xml_query.h"

struct device_xml;
typedef struct device_xml DeviceXml;
struct device_xml *device_xml_new(void);
void device_xml_free(struct device_xml *parser); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DeviceXml, device_xml_free)

/* Add what the <domain> element has of them to a domain's lists. */
void device_xml_fill(const struct device_xml *parser, xmlXPathContextPtr context, xmlNodePtr root,
                     struct domain *domain);
