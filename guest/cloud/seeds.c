/* SPDX-License-Identifier: Apache-2.0 */
/* The places in a root's file system where cloud-init finds and keeps instructions. */
#include "guest/cloud/seeds.h"

#include "guest/cloud/seed.h"

typedef struct seed *(*read_seed)(struct road *road, const char *folder, const char *place);

static const struct place {
  const char *word;
  const char *folder; /* below cloud_dir */
  read_seed read;
} places[] = {
    {SEED_DIRECTORY, "seed/nocloud", seed_read},
    {SEED_DIRECTORY, "seed/nocloud-net", seed_read},
    {SEED_INSTANCE, "instance", seed_read_instance},
};

static void
collect_place(struct road *road, const struct root *root, const struct place *place,
              GPtrArray *seeds)
{
  const struct cloud_init *cloud_init = root->cloud_init->pdata[0];
  g_autofree char *folder = g_strconcat(cloud_init->cloud_dir, "/", place->folder, NULL);
  g_autofree char *name = g_strdup_printf("%s %s:%s", place->word, root->root, folder);
  struct seed *seed = seeds->len < SEEDS_MAX ? place->read(road, folder, name) : NULL;

  if (!seed)
    return;
  /* Its meta-data is kept in no file of text. */
  if (place->read == seed_read_instance && !seed->instance_id)
    seed->instance_id = g_strdup(cloud_init->instance_id);
  g_ptr_array_add(seeds, seed);
}

void
seeds_collect(struct road *road, const struct root *root, GPtrArray *seeds)
{
  if (root->cloud_init->len == 0)
    return;
  for (guint i = 0; i < G_N_ELEMENTS(places); i++)
    collect_place(road, root, &places[i], seeds);
}
