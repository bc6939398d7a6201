/* SPDX-License-Identifier: Apache-2.0 */
/* XML that came from elsewhere: parsed without network, DTDs and entities, and within limits. */
#pragma once

#include <glib.h>
#include <libxml/tree.h>

#define XML_DOCUMENT_MAX   ((size_t)8 << 20) /* bytes */
#define XML_DOCUMENT_DEPTH 64                /* elements inside one another */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlDoc, xmlFreeDoc)

/*
 * A new document from UTF-8 text. NULL with HYPERVISOR_ERROR_XML for what is not well formed, has a
 * DTD, or is over a limit; a limit is noticed where it is passed, before more of the tree is built.
 */
xmlDocPtr xml_document_parse(const char *text, size_t length, GError **error);
