/* SPDX-License-Identifier: Apache-2.0 */
/* From the files of a seed to one fact. */
#include "guest/cloud/seed.h"

#include "guest/cloud/config_sets.h"
#include "guest/cloud/network_config.h"
#include "guest/cloud/seed_files.h"
#include "guest/cloud/seed_users.h"
#include "guest/cloud/words.h"

#define INSTANCE_ID_MAX 255
#define SEED_NAME_MAX   255 /* bytes of a name in DNS */

/* As NoCloud does, user-data over vendor-data, unless it is told to leave that alone. */
static struct cloud_config *
merge_configs(struct seed_files *files)
{
  struct cloud_config *config =
      files->user_data ? g_steal_pointer(&files->user_data->config) : cloud_config_new();
  const struct yaml_node *enabled =
      cloud_config_find(config, (const char *const[]){"vendor_data", "enabled", NULL});

  if (files->vendor_data && cloud_config_truth(enabled) != 0)
    cloud_config_merge_lower(config, g_steal_pointer(&files->vendor_data->config));
  return config;
}

/* A text that must be one; trouble, and NULL, when it is there and is none. */
static char *
take_name(struct trouble *trouble, const struct yaml_node *node, const char *what, gsize max)
{
  const char *text = yaml_text(node);
  char *name = words_fact(text, max);

  if (node && !name && (!text || *text))
    trouble_note(trouble, CLOUD_MALFORMED, "%s: no name", what);
  return name;
}

static const struct yaml_node *
root_of(const struct yaml *document)
{
  return document ? yaml_root(document) : NULL;
}

static void
take_meta_data(struct seed *seed, struct seed_files *files)
{
  const struct yaml_node *root = root_of(files->meta_data);

  seed->instance_id = take_name(&files->trouble, yaml_get(root, "instance-id"),
                                "meta-data: instance-id", INSTANCE_ID_MAX);
  if (!seed->hostname)
    seed->hostname = take_name(&files->trouble, yaml_get(root, "local-hostname"),
                               "meta-data: local-hostname", SEED_NAME_MAX);
  seed->fetched_from = words_url(yaml_text(yaml_get(root, "seedfrom")));
}

static void
take_hostname(struct seed *seed, struct trouble *trouble, const struct cloud_config *config)
{
  static const char *const keys[] = {"hostname", "fqdn"};

  for (guint i = 0; i < G_N_ELEMENTS(keys) && !seed->hostname; i++)
    seed->hostname = take_name(trouble, cloud_config_node(config, keys[i]), keys[i], SEED_NAME_MAX);
}

static void
take_config(struct seed *seed, struct seed_files *files, const struct cloud_config *config)
{
  const struct yaml_node *meta_data = root_of(files->meta_data);
  const struct yaml_node *network = root_of(files->network_config);
  struct seed_keys keys;

  take_hostname(seed, &files->trouble, config);
  seed->ssh_deletekeys = cloud_config_truth(cloud_config_node(config, "ssh_deletekeys"));
  seed->preserve_hostname = cloud_config_truth(cloud_config_node(config, "preserve_hostname"));
  seed->sets = config_sets_of(config, network || yaml_get(meta_data, "network-interfaces"));
  seed->network = network_config_describe(network);
  seed_keys_init(&keys, seed, &files->trouble);
  seed_users_add(&keys, config, yaml_get(meta_data, "public-keys"));
  seed_keys_clear(&keys);
}

static struct seed *
make(struct seed_files *files, const char *place)
{
  struct seed *seed = seed_new();
  g_autoptr(CloudConfig) config = merge_configs(files);

  seed->place = g_strdup(place);
  take_config(seed, files, config);
  take_meta_data(seed, files);
  if (files->user_data) {
    seed->parts = words_join(files->user_data->types, " ");
    if (!seed->fetched_from)
      seed->fetched_from = g_steal_pointer(&files->user_data->fetched_from);
  }
  seed->secrets = words_join(files->secrets, " ");
  seed->status = g_strdup(files->trouble.status ? files->trouble.status : CLOUD_OK);
  seed->detail = g_steal_pointer(&files->trouble.detail);
  return seed;
}

static struct seed *
read_by(bool (*read)(struct seed_files *files, struct road *road, const char *folder),
        struct road *road, const char *folder, const char *place)
{
  struct seed_files files;
  struct seed *seed = read(&files, road, folder) ? make(&files, place) : NULL;

  seed_files_clear(&files);
  return seed;
}

struct seed *
seed_read(struct road *road, const char *folder, const char *place)
{
  return read_by(seed_files_read, road, folder, place);
}

struct seed *
seed_read_instance(struct road *road, const char *folder, const char *place)
{
  return read_by(seed_files_read_instance, road, folder, place);
}
