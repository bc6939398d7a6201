/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluating compiled XPath expressions into structs and node sets. */
#include "hypervisor/xml_query.h"

#include "facts/shape.h"

#include <libxml/xpathInternals.h>
#include <math.h>

struct xml_query {
  const struct xml_rule *rules;
  size_t count;
  xmlXPathCompExprPtr paths[];
};

xmlXPathCompExprPtr
xml_query_compile(const char *path)
{
  xmlXPathCompExprPtr compiled = xmlXPathCompile((const xmlChar *)path);

  g_assert(compiled);
  return compiled;
}

struct xml_query *
xml_query_new(const struct xml_rule *rules)
{
  size_t count = 0;

  while (rules[count].path)
    count++;
  struct xml_query *query = g_malloc(sizeof(*query) + count * sizeof(query->paths[0]));
  query->rules = rules;
  query->count = count;
  for (size_t i = 0; i < count; i++)
    query->paths[i] = xml_query_compile(rules[i].path);
  return query;
}

void
xml_query_free(struct xml_query *query)
{
  if (!query)
    return;
  for (size_t i = 0; i < query->count; i++)
    xmlXPathFreeCompExpr(query->paths[i]);
  g_free(query);
}

/* The context is shared between documents, so it is pointed at the node's own each time. */
static xmlXPathObjectPtr
evaluate(xmlXPathCompExprPtr path, xmlXPathContextPtr context, xmlNodePtr node)
{
  context->doc = node->doc;
  context->node = node;
  return xmlXPathCompiledEval(path, context);
}

static gint64
whole_number(double number)
{
  if (!isfinite(number) || number < 0 || number > (double)((gint64)1 << 53))
    return FACT_UNKNOWN;
  return (gint64)number;
}

static void
store(const xmlXPathObject *object, gpointer member)
{
  switch (object->type) {
  case XPATH_STRING:
    g_free(*(char **)member);
    *(char **)member = *object->stringval ? g_strdup((char *)object->stringval) : NULL;
    return;
  case XPATH_BOOLEAN:
    *(gint64 *)member = object->boolval;
    return;
  case XPATH_NUMBER:
    *(gint64 *)member = whole_number(object->floatval);
    return;
  default:
    g_assert_not_reached();
  }
}

void
xml_query_fill(const struct xml_query *query, xmlXPathContextPtr context, xmlNodePtr node,
               gpointer data)
{
  for (size_t i = 0; i < query->count; i++) {
    g_autoptr(XmlObject) object = evaluate(query->paths[i], context, node);

    if (object)
      store(object, (char *)data + query->rules[i].offset);
  }
}

xmlXPathObjectPtr
xml_query_nodes(xmlXPathCompExprPtr path, xmlXPathContextPtr context, xmlNodePtr node)
{
  xmlXPathObjectPtr object = evaluate(path, context, node);

  if (!object)
    return xmlXPathNewNodeSet(NULL);
  xmlXPathNodeSetSort(object->nodesetval);
  return object;
}
