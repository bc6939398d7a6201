/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the files of a seed, and putting what they say into one fact. */
#include "guest/cloud/seed.h"

#include "guest/cloud/config_sets.h"
#include "guest/cloud/network_config.h"
#include "guest/cloud/secrets.h"
#include "guest/cloud/seed_users.h"
#include "guest/cloud/source_file.h"
#include "guest/cloud/user_data.h"
#include "guest/cloud/words.h"

#include <string.h>

#define INSTANCE_ID_MAX 255
#define SEED_NAME_MAX   255 /* bytes of a name in DNS */

/* What has been read so far. */
struct reading {
  struct road *road;
  const char *folder;
  struct seed *seed;
  struct trouble trouble;
  GPtrArray *secrets; /* char * */
  struct yaml *meta_data, *network_config;
  struct user_data *user_data, *vendor_data;
  bool has_meta_data, has_user_data; /* their files are there, whatever is in them */
};

static void
open_reading(struct reading *reading, struct road *road, const char *folder, const char *place)
{
  *reading = (struct reading){.road = road, .folder = folder, .seed = seed_new()};
  reading->seed->place = g_strdup(place);
  reading->secrets = g_ptr_array_new_with_free_func(g_free);
}

static void
close_reading(struct reading *reading)
{
  trouble_clear(&reading->trouble);
  g_ptr_array_unref(reading->secrets);
  yaml_release(reading->meta_data);
  yaml_release(reading->network_config);
  user_data_free(reading->user_data);
  user_data_free(reading->vendor_data);
  seed_free(reading->seed);
}

static SecretBytes *
read_file(struct reading *reading, const char *name, bool *ret_is_there)
{
  const char *slash = g_str_has_suffix(reading->folder, "/") ? "" : "/";
  g_autofree char *path = g_strconcat(reading->folder, slash, name, NULL);

  return source_file_read(reading->road, path, name, &reading->trouble, ret_is_there);
}

/* A file that is one YAML document, a mapping; NULL of none. */
static struct yaml *
read_document(struct reading *reading, const char *name, bool *ret_is_there)
{
  g_autoptr(SecretBytes) bytes = read_file(reading, name, ret_is_there);
  g_autoptr(GError) error = NULL;

  if (!bytes)
    return NULL;
  struct text text = text_of(bytes);
  struct yaml *document = yaml_parse(text.at, text.length, &error);
  if (!document) {
    trouble_note_error(&reading->trouble, name, error);
    return NULL;
  }
  g_autofree char *prefix = g_strconcat(name, ":", NULL);
  const struct yaml_node *root = yaml_root(document);
  secrets_find(root, prefix, reading->secrets);
  if (root && root->kind != YAML_MAPPING)
    trouble_note(&reading->trouble, CLOUD_MALFORMED, "%s:%u:%u: it is no mapping", name, root->line,
                 root->column);
  return document;
}

static void
take_secrets(struct reading *reading, const GPtrArray *names)
{
  for (guint i = 0; i < names->len; i++)
    g_ptr_array_add(reading->secrets, g_strdup(names->pdata[i]));
}

/* `name` is what details say, and `prefix` names of secrets; the file may be called otherwise. */
static struct user_data *
read_parts(struct reading *reading, const char *file, const char *name, const char *prefix,
           bool *ret_is_there)
{
  g_autoptr(SecretBytes) bytes = read_file(reading, file, ret_is_there);
  struct user_data *data = bytes ? user_data_read(text_of(bytes), name, prefix) : NULL;

  if (!data)
    return NULL;
  if (data->trouble.status)
    trouble_note(&reading->trouble, data->trouble.status, "%s", data->trouble.detail);
  take_secrets(reading, data->secrets);
  return data;
}

/* As NoCloud does, user-data over vendor-data, unless it is told to leave that alone. */
static struct cloud_config *
merge_configs(struct reading *reading)
{
  struct cloud_config *config =
      reading->user_data ? g_steal_pointer(&reading->user_data->config) : cloud_config_new();
  const struct yaml_node *enabled =
      cloud_config_find(config, (const char *const[]){"vendor_data", "enabled", NULL});

  if (reading->vendor_data && cloud_config_truth(enabled) != 0)
    cloud_config_merge_lower(config, g_steal_pointer(&reading->vendor_data->config));
  return config;
}

/* A text that must be one; trouble, and NULL, when it is there and is none. */
static char *
take_name(struct reading *reading, const struct yaml_node *node, const char *what, gsize max)
{
  const char *text = yaml_text(node);
  char *name = words_fact(text, max);

  if (node && !name && (!text || *text))
    trouble_note(&reading->trouble, CLOUD_MALFORMED, "%s: no name", what);
  return name;
}

static void
take_meta_data(struct reading *reading)
{
  struct seed *seed = reading->seed;
  const struct yaml_node *root = reading->meta_data ? yaml_root(reading->meta_data) : NULL;

  seed->instance_id =
      take_name(reading, yaml_get(root, "instance-id"), "meta-data: instance-id", INSTANCE_ID_MAX);
  if (!seed->hostname)
    seed->hostname = take_name(reading, yaml_get(root, "local-hostname"),
                               "meta-data: local-hostname", SEED_NAME_MAX);
  seed->fetched_from = words_url(yaml_text(yaml_get(root, "seedfrom")));
}

static void
take_hostname(struct reading *reading, const struct cloud_config *config)
{
  static const char *const keys[] = {"hostname", "fqdn"};

  for (guint i = 0; i < G_N_ELEMENTS(keys) && !reading->seed->hostname; i++)
    reading->seed->hostname =
        take_name(reading, cloud_config_node(config, keys[i]), keys[i], SEED_NAME_MAX);
}

static void
take_config(struct reading *reading, const struct cloud_config *config)
{
  struct seed *seed = reading->seed;
  const struct yaml_node *meta_data = reading->meta_data ? yaml_root(reading->meta_data) : NULL;
  const struct yaml_node *network =
      reading->network_config ? yaml_root(reading->network_config) : NULL;
  struct seed_keys keys;

  take_hostname(reading, config);
  seed->ssh_deletekeys = cloud_config_truth(cloud_config_node(config, "ssh_deletekeys"));
  seed->preserve_hostname = cloud_config_truth(cloud_config_node(config, "preserve_hostname"));
  seed->sets = config_sets_of(config, network || yaml_get(meta_data, "network-interfaces"));
  seed->network = network_config_describe(network);
  seed_keys_init(&keys, seed, &reading->trouble);
  seed_users_add(&keys, config, yaml_get(meta_data, "public-keys"));
  seed_keys_clear(&keys);
}

/* The fact, new; what has been read is of no use afterwards. */
static struct seed *
finish(struct reading *reading)
{
  struct seed *seed = reading->seed;
  g_autoptr(CloudConfig) config = merge_configs(reading);

  take_config(reading, config);
  take_meta_data(reading);
  if (reading->user_data) {
    seed->parts = words_join(reading->user_data->types, " ");
    if (!seed->fetched_from)
      seed->fetched_from = g_steal_pointer(&reading->user_data->fetched_from);
  }
  seed->secrets = words_join(reading->secrets, " ");
  seed->status = g_strdup(reading->trouble.status ? reading->trouble.status : CLOUD_OK);
  seed->detail = g_steal_pointer(&reading->trouble.detail);
  return g_steal_pointer(&reading->seed);
}

/* NoCloud takes a seed only when both are there (DataSourceNoCloud.py, pp2d_kwargs). */
static void
note_missing(struct reading *reading)
{
  if (!reading->has_meta_data || !reading->has_user_data)
    trouble_note(&reading->trouble, CLOUD_MISSING, "%s is missing: cloud-init passes the seed over",
                 reading->has_meta_data ? "user-data" : "meta-data");
}

struct seed *
seed_read(struct road *road, const char *folder, const char *place)
{
  struct reading reading;
  struct seed *seed = NULL;
  bool is_there;

  open_reading(&reading, road, folder, place);
  reading.meta_data = read_document(&reading, "meta-data", &reading.has_meta_data);
  reading.user_data = read_parts(&reading, "user-data", "user-data", "", &reading.has_user_data);
  if (reading.has_meta_data || reading.has_user_data) {
    note_missing(&reading);
    reading.vendor_data =
        read_parts(&reading, "vendor-data", "vendor-data", "vendor-data:", &is_there);
    reading.network_config = read_document(&reading, "network-config", &is_there);
    seed = finish(&reading);
  }
  close_reading(&reading);
  return seed;
}

/*
 * What cloud-init made of all parts, fetched and filled in, says more than a part that could not be
 * read.
 */
static void
take_processed(struct reading *reading)
{
  bool is_there;

  if (g_strcmp0(reading->trouble.status, CLOUD_UNSUPPORTED) != 0)
    return;
  g_autoptr(SecretBytes) bytes = read_file(reading, "cloud-config.txt", &is_there);
  g_autoptr(UserData) processed =
      bytes ? user_data_read(text_of(bytes), "cloud-config.txt", "cloud-config.txt:") : NULL;
  if (!processed || processed->trouble.status)
    return;
  trouble_clear(&reading->trouble);
  take_secrets(reading, processed->secrets);
  cloud_config_free(reading->user_data->config);
  reading->user_data->config = g_steal_pointer(&processed->config);
}

struct seed *
seed_read_instance(struct road *road, const char *folder, const char *place)
{
  struct reading reading;
  struct seed *seed = NULL;
  bool is_there;

  open_reading(&reading, road, folder, place);
  reading.user_data =
      read_parts(&reading, "user-data.txt", "user-data", "", &reading.has_user_data);
  if (reading.has_user_data) {
    take_processed(&reading);
    reading.vendor_data =
        read_parts(&reading, "vendor-data.txt", "vendor-data", "vendor-data:", &is_there);
    seed = finish(&reading);
  }
  close_reading(&reading);
  return seed;
}
