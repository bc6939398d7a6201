/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Domain XML (https://libvirt.org/formatdomain.html) to facts, by libxml2 and XPath. Pure: no libvirt, no
 * file, no network. DTDs and entities are refused, as are documents over DOMAIN_XML_MAX or DOMAIN_XML_DEPTH.
 */
#pragma once

#include "facts/domain.h"

#define DOMAIN_XML_DEPTH 64

struct domain_xml; /* compiled XPath expressions; one serves any number of documents, one at a time */
struct domain_xml *domain_xml_new(void);
void domain_xml_free(struct domain_xml *parser);

/*
 * Fill `domain` from a definition: everything but its state and the flags that the list calls answer;
 * image_path is set for disks that name a file or block device, volumes are resolved by the caller. The
 * copy kept in domain->xml has its secrets taken out. False with HYPERVISOR_ERROR_XML, and then only uuid
 * and name as they were before the call.
 */
bool domain_xml_parse(struct domain_xml *parser, const char *xml, size_t length, struct domain *domain, GError **error);
