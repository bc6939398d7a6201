/* SPDX-License-Identifier: Apache-2.0 */
/* XPath expressions in tables: compiled once, each fills one member of a struct. */
#pragma once

#include <glib.h>
#include <libxml/xpath.h>
#include <stddef.h>

/*
 * An XPath expression and the member that its value goes to: a string fills a `char *` (NULL when
 * it is empty), a truth value or a number a `gint64` (FACT_UNKNOWN for any but a whole number from
 * 0 on).
 */
struct xml_rule {
  const char *path;
  size_t offset;
};

/* Text that stands only where a condition holds: XPath 1.0 has no `if`. */
#define XML_WHEN(text, condition) "substring('" text "', 1, 99 * boolean(" condition "))"

typedef xmlXPathContext XmlContext;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(XmlContext, xmlXPathFreeContext)
typedef xmlXPathObject XmlObject;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(XmlObject, xmlXPathFreeObject)

struct xml_query;
typedef struct xml_query XmlQuery;

/* Compile a table, which ends with a rule without a path and must outlive the query. */
struct xml_query *xml_query_new(const struct xml_rule *rules);
void xml_query_free(struct xml_query *query); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(XmlQuery, xml_query_free)

/* Fill a struct from a node, to which paths are relative. What its members hold is freed first. */
void xml_query_fill(const struct xml_query *query, xmlXPathContextPtr context, xmlNodePtr node,
                    gpointer data);

/* One path compiled; a path that does not compile is a programming mistake. */
xmlXPathCompExprPtr xml_query_compile(const char *path);

/*
 * The nodes that a path finds from a node, in document order, as a new object whose nodesetval may
 * be NULL. Never NULL itself.
 */
xmlXPathObjectPtr xml_query_nodes(xmlXPathCompExprPtr path, xmlXPathContextPtr context,
                                  xmlNodePtr node);
