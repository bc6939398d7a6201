/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Domain XML (https://libvirt.org/formatdomain.html) to facts, by libxml2 and XPath. Pure: no
 * libvirt, no file, no network. What hypervisor/xml_document.h refuses is refused.
 */
#pragma once

#include "facts/domain.h"
#include "hypervisor/hypervisor_error.h"

/* Compiled XPath expressions: one serves any number of documents, one at a time. */
struct domain_xml;
typedef struct domain_xml DomainXml;
struct domain_xml *domain_xml_new(void);
void domain_xml_free(struct domain_xml *parser); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DomainXml, domain_xml_free)

/*
 * A new domain from a definition, with status "ok" and everything but its state and the flags
 * that the list calls answer; image_path is set for disks that name a file or block device,
 * volumes are resolved by images_register_disk(). The copy kept in domain->xml has its secrets
 * taken out. NULL with HYPERVISOR_ERROR_XML for a document that is refused, is no domain, or
 * holds a value over its limit.
 */
struct domain *domain_xml_parse(struct domain_xml *parser, const char *xml, size_t length,
                                GError **error);
