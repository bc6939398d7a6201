/* SPDX-License-Identifier: Apache-2.0 */
/* Which files there are, and which count when others cannot be read. */
#include "guest/cloud/seed_files.h"

#include "facts/cloud.h"
#include "guest/cloud/secrets.h"
#include "guest/cloud/source_file.h"

static void
init(struct seed_files *files, struct road *road, const char *folder)
{
  *files = (struct seed_files){.road = road, .folder = folder};
  files->secrets = g_ptr_array_new_with_free_func(g_free);
}

void
seed_files_clear(struct seed_files *files)
{
  trouble_clear(&files->trouble);
  g_clear_pointer(&files->secrets, g_ptr_array_unref);
  g_clear_pointer(&files->meta_data, yaml_release);
  g_clear_pointer(&files->network_config, yaml_release);
  g_clear_pointer(&files->user_data, user_data_free);
  g_clear_pointer(&files->vendor_data, user_data_free);
}

static SecretBytes *
read_file(struct seed_files *files, const char *name, bool *ret_is_there)
{
  const char *slash = g_str_has_suffix(files->folder, "/") ? "" : "/";
  g_autofree char *path = g_strconcat(files->folder, slash, name, NULL);

  return source_file_read(files->road, path, name, &files->trouble, ret_is_there);
}

/* Whether there is such a file; NULL in *ret_document where it is none that can be read. */
static bool
read_document(struct seed_files *files, const char *name, struct yaml **ret_document)
{
  bool is_there;
  g_autoptr(SecretBytes) bytes = read_file(files, name, &is_there);
  g_autoptr(GError) error = NULL;
  g_autofree char *prefix = g_strconcat(name, ":", NULL);

  *ret_document = bytes ? yaml_parse(text_of(bytes), &error) : NULL;
  if (error)
    trouble_note_error(&files->trouble, name, error);
  const struct yaml_node *root = *ret_document ? yaml_root(*ret_document) : NULL;
  if (root && root->kind != YAML_MAPPING)
    trouble_note(&files->trouble, CLOUD_MALFORMED, "%s:%u:%u: it is no mapping", name, root->line,
                 root->column);
  secrets_find(root, prefix, files->secrets);
  return is_there;
}

/* User-data or vendor-data: its file, and what it is called in details and in names of secrets. */
struct source {
  const char *file, *name, *prefix;
};

/* As read_document(); what came of it is in *ret_data alone. */
static bool
read_source(struct seed_files *files, const struct source *source, struct user_data **ret_data)
{
  bool is_there;
  g_autoptr(SecretBytes) bytes = read_file(files, source->file, &is_there);

  *ret_data = bytes ? user_data_read(text_of(bytes), source->name, source->prefix) : NULL;
  return is_there;
}

static void
take_secrets(struct seed_files *files, struct user_data *data)
{
  g_ptr_array_extend_and_steal(files->secrets, g_steal_pointer(&data->secrets));
}

/* As read_source(), its trouble and its secrets taken into account. */
static bool
take_source(struct seed_files *files, const struct source *source, struct user_data **ret_data)
{
  bool is_there = read_source(files, source, ret_data);
  struct user_data *data = *ret_data;

  if (data && data->trouble.status)
    trouble_note(&files->trouble, data->trouble.status, "%s", data->trouble.detail);
  if (data)
    take_secrets(files, data);
  return is_there;
}

bool
seed_files_read(struct seed_files *files, struct road *road, const char *folder)
{
  static const struct source user_data = {"user-data", "user-data", ""};
  static const struct source vendor_data = {"vendor-data", "vendor-data", "vendor-data:"};

  init(files, road, folder);
  bool has_meta_data = read_document(files, "meta-data", &files->meta_data);
  bool has_user_data = take_source(files, &user_data, &files->user_data);
  if (!has_meta_data && !has_user_data)
    return false;
  /* NoCloud takes a seed only when both are there (DataSourceNoCloud.py, pp2d_kwargs). */
  if (!has_meta_data || !has_user_data)
    trouble_note(&files->trouble, CLOUD_MISSING, "%s is missing: cloud-init passes the seed over",
                 has_meta_data ? "user-data" : "meta-data");
  take_source(files, &vendor_data, &files->vendor_data);
  read_document(files, "network-config", &files->network_config);
  return true;
}

/*
 * What cloud-init made of all parts, fetched and filled in, says more than a part that could not be
 * read.
 */
static void
take_processed(struct seed_files *files)
{
  static const struct source source = {"cloud-config.txt", "cloud-config.txt", "cloud-config.txt:"};
  g_autoptr(UserData) processed = NULL;

  if (g_strcmp0(files->trouble.status, CLOUD_UNSUPPORTED) != 0)
    return;
  read_source(files, &source, &processed);
  if (!processed || processed->trouble.status)
    return;
  trouble_clear(&files->trouble);
  take_secrets(files, processed);
  cloud_config_free(files->user_data->config);
  files->user_data->config = g_steal_pointer(&processed->config);
}

bool
seed_files_read_instance(struct seed_files *files, struct road *road, const char *folder)
{
  static const struct source user_data = {"user-data.txt", "user-data", ""};
  static const struct source vendor_data = {"vendor-data.txt", "vendor-data", "vendor-data:"};

  init(files, road, folder);
  if (!take_source(files, &user_data, &files->user_data))
    return false;
  take_processed(files);
  take_source(files, &vendor_data, &files->vendor_data);
  return true;
}
