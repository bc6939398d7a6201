/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must not be kept of a domain's definition: passwords, cookies, the material of secrets
 * and credentials, and values given to QEMU or to a container past libvirt. Names stay, values
 * become XML_SECRETS_REMOVED.
 */
#pragma once

#include "hypervisor/xml_query.h"

#define XML_SECRETS_REMOVED "[removed]"

struct xml_secrets;
typedef struct xml_secrets XmlSecrets;
struct xml_secrets *xml_secrets_new(void);
void xml_secrets_free(struct xml_secrets *secrets); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(XmlSecrets, xml_secrets_free)

/*
 * The definition without its secrets, new: byte for byte as it came where it has none, else written
 * anew from the document, which is changed. `text` is what the document was parsed from.
 */
char *xml_secrets_scrub(const struct xml_secrets *secrets, xmlXPathContextPtr context,
                        xmlDocPtr document, const char *text, size_t length);
