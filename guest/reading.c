/* SPDX-License-Identifier: Apache-2.0 */
/* The beginning and the end of every reading. */
#include "guest/reading.h"

#include "guest/collectors.h"

struct guest *
reading_guest_new(const struct reader_job *job)
{
  struct guest *guest = guest_new();

  guest->domain = g_strdup(job->domain);
  guest->road = g_strdup(job->road);
  return guest;
}

void
reading_collect(struct road *road, struct root *root, G_GNUC_UNUSED gpointer data)
{
  collectors_run(road, root);
}
