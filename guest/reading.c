/* SPDX-License-Identifier: Apache-2.0 */
/* The beginning and the end of every reading. */
#include "guest/reading.h"

#include "guest/cloud/seed.h"
#include "guest/cloud/seeds.h"
#include "guest/collectors.h"
#include "guest/reader_protocol.h"
#include "guest/shorten.h"

struct guest *
reading_guest_new(const struct reader_job *job)
{
  struct guest *guest = guest_new();

  guest->domain = g_strdup(job->domain);
  guest->road = g_strdup(job->road);
  return guest;
}

void
reading_collect(struct road *road, struct root *root, gpointer guest)
{
  collectors_run(road, root);
  seeds_collect(road, root, ((struct guest *)guest)->seeds);
}

void
reading_seed(struct road *road, const char *volume, gpointer guest)
{
  GPtrArray *seeds = ((struct guest *)guest)->seeds;
  g_autofree char *place = g_strconcat(SEED_VOLUME " ", volume, NULL);
  struct seed *seed = seeds->len < SEEDS_MAX ? seed_read(road, "/", place) : NULL;

  if (seed)
    g_ptr_array_add(seeds, seed);
}

void
reading_end(struct guest *guest)
{
  shorten_guest(guest, READER_ANSWER_MAX);
}
