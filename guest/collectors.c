/* SPDX-License-Identifier: Apache-2.0 */
/* The table of collectors, and the run through it. */
#include "guest/collectors.h"

#include "guest/collect.h"

#define COLLECTOR_ROW(collector) {.name = #collector, .collect = collector##_collect},

const struct collector collectors[] = {COLLECTOR_LIST(COLLECTOR_ROW){0}};

void
collectors_run(struct road *road, struct root *root)
{
  for (const struct collector *collector = collectors; collector->name; collector++)
    collector->collect(road, root);
  if (road->truncated)
    root_add_mark(root, MARK_TRUNCATED);
}
