/* SPDX-License-Identifier: Apache-2.0 */
/* libxml2 with every door shut. */
#include "hypervisor/xml_document.h"

#include "hypervisor/hypervisor_error.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

/* Never NOENT, DTDLOAD or HUGE. */
#define OPTIONS                                                                                    \
  (XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA |                 \
   XML_PARSE_COMPACT)

typedef xmlParserCtxt Parser;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parser, xmlFreeParserCtxt)

static void
refuse(xmlParserCtxtPtr parser, const char *why)
{
  const char **ret_refusal = parser->_private;

  *ret_refusal = why;
  xmlStopParser(parser);
}

/* Called where a DTD begins, before any of its declarations is read. */
static void
refuse_dtd(void *data, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
  (void)name;
  (void)external_id;
  (void)system_id;
  refuse(data, "it has a document type declaration");
}

static void
start_element(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
              int namespace_count, const xmlChar **namespaces, int attribute_count,
              int default_count, const xmlChar **attributes)
{
  xmlParserCtxtPtr parser = data;

  if (parser->nodeNr >= XML_DOCUMENT_DEPTH)
    refuse(parser, "its elements nest too deep");
  else
    xmlSAX2StartElementNs(data, name, prefix, uri, namespace_count, namespaces, attribute_count,
                          default_count, attributes);
}

static void
set_error(GError **error, const char *why)
{
  g_autofree char *text = g_utf8_make_valid(why, -1);

  g_set_error(error, HYPERVISOR_ERROR, HYPERVISOR_ERROR_XML, "XML refused: %s", g_strchomp(text));
}

static const char *
parser_fault(xmlParserCtxtPtr parser)
{
  const xmlError *last = xmlCtxtGetLastError(parser);

  return last && last->message ? last->message : "it is not well formed";
}

xmlDocPtr
xml_document_parse(const char *text, size_t length, GError **error)
{
  const char *refusal = NULL;

  if (length > XML_DOCUMENT_MAX) {
    set_error(error, "it is too long");
    return NULL;
  }
  g_autoptr(Parser) parser = xmlNewParserCtxt();
  parser->_private = &refusal;
  parser->sax->internalSubset = refuse_dtd;
  parser->sax->startElementNs = start_element;
  g_autoptr(xmlDoc) document = xmlCtxtReadMemory(parser, text, (int)length, NULL, "UTF-8", OPTIONS);
  if (refusal || !document || !xmlDocGetRootElement(document)) {
    set_error(error, refusal ? refusal : parser_fault(parser));
    return NULL;
  }
  return g_steal_pointer(&document);
}
