/* SPDX-License-Identifier: Apache-2.0 */
/* The table of collectors, and the run through it. */
#include "guest/collectors.h"

#include "guest/collect.h"

#define COLLECTOR_ROW(collector) {.name = #collector, .collect = collector##_collect},

const struct collector collectors[] = {COLLECTOR_LIST(COLLECTOR_ROW){0}};

static void
add_mark(struct root *root, const char *mark)
{
  char *marks = root->marks ? g_strdup_printf("%s %s", root->marks, mark) : g_strdup(mark);

  g_free(root->marks);
  root->marks = marks;
}

void
collectors_run(struct road *road, struct root *root)
{
  for (const struct collector *collector = collectors; collector->name; collector++)
    collector->collect(road, root);
  if (road->truncated)
    add_mark(root, MARK_TRUNCATED);
}
