/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cloud-init in a guest: whether it is there and may run, which instance it has run for, how that
 * went, and what its own configuration takes charge of.
 */
#include "guest/collect.h"

#include "guest/cloud/base_config.h"
#include "guest/cloud/config_sets.h"
#include "guest/cloud/run_status.h"
#include "guest/cloud/words.h"
#include "guest/text.h"

#include <string.h>

#define PROGRAM     "/usr/bin/cloud-init"
#define ID_MAX      255 /* bytes of an instance's id; its folder has that name */
#define ID_FILE_MAX ((gsize)4096)
#define STATUS_MAX  ((gsize)256 << 10)
#define CMDLINE_MAX ((gsize)64 << 10)
#define NO_PREVIOUS "NO_PREVIOUS_INSTANCE_ID" /* cloudinit/stages.py */

static char *
path_below(const char *directory, const char *name)
{
  return g_strconcat(directory, "/", name, NULL);
}

/* 1, 0, or FACT_UNKNOWN. A road that tells no properties reads the file. */
static gint64
is_there(struct road *road, const char *path)
{
  struct file_stat stat;
  g_autoptr(GError) error = NULL;

  if (road_stat(road, path, true, &stat, &error))
    return 1;
  if (g_error_matches(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED)) {
    g_clear_error(&error);
    g_autoptr(GBytes) bytes = road_read_file(road, path, ROAD_FILE_MAX, &error);
    if (bytes)
      return 1;
  }
  return g_error_matches(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND) ? 0 : FACT_UNKNOWN;
}

static GBytes *
read_below(struct road *road, const char *directory, const char *name, gsize max)
{
  g_autofree char *path = path_below(directory, name);

  return road_read_file(road, path, max, NULL);
}

/* The only line of a file below cloud_dir; NULL when there is none that can be a fact. */
static char *
read_line(struct road *road, const char *directory, const char *name, gsize max)
{
  g_autoptr(GBytes) bytes = read_below(road, directory, name, ID_FILE_MAX);
  struct text rest = bytes ? text_of(bytes) : (struct text){"", 0}, line;

  if (!text_next_line(&rest, &line))
    return NULL;
  g_autofree char *text = g_strndup(line.at, line.length);
  return words_fact(text, max);
}

/* A word of the running kernel's command line. */
static bool
is_on_cmdline(struct road *road, const char *word)
{
  g_autoptr(GBytes) bytes =
      road->running ? road_read_file(road, "/proc/cmdline", CMDLINE_MAX, NULL) : NULL;
  struct text rest = bytes ? text_of(bytes) : (struct text){"", 0}, line, found;

  while (text_next_line(&rest, &line))
    while (text_next_word(&line, &found))
      if (text_is(found, word))
        return true;
  return false;
}

/*
 * In the order of its generator and of `cloud-init status`: the command line, the mark in /etc, and
 * what the generator then made of it, as long as the system runs that it did so for.
 */
static gint64
find_disabled(struct road *road)
{
  if (is_on_cmdline(road, "cloud-init=enabled"))
    return 0;
  if (is_on_cmdline(road, "cloud-init=disabled"))
    return 1;
  gint64 marked = is_there(road, "/etc/cloud/cloud-init.disabled");
  return marked == 0 && road->running ? is_there(road, "/run/cloud-init/disabled") : marked;
}

static void
take_config(struct cloud_init *fact, const struct base_config *base)
{
  const struct cloud_config *config = base->config;
  const struct yaml_node *user =
      cloud_config_find(config, (const char *const[]){"system_info", "default_user", "name", NULL});

  fact->cloud_dir = base_config_cloud_dir(base);
  fact->config_status = g_strdup(base->trouble.status ? base->trouble.status : CLOUD_OK);
  fact->config_detail = g_strdup(base->trouble.detail);
  fact->config_sets = config_sets_of(config, false);
  fact->default_user = words_fact(yaml_text(user), ID_MAX);
  fact->ssh_deletekeys = cloud_config_truth(cloud_config_node(config, "ssh_deletekeys"));
  fact->preserve_hostname = cloud_config_truth(cloud_config_node(config, "preserve_hostname"));
  fact->manual_cache_clean = cloud_config_truth(cloud_config_node(config, "manual_cache_clean"));
}

static void
take_status(struct cloud_init *fact, struct road *road, const char *data)
{
  g_autoptr(GBytes) status_json = read_below(road, data, "status.json", STATUS_MAX);
  g_autoptr(GBytes) result_json = read_below(road, data, "result.json", STATUS_MAX);
  struct run_status status;

  run_status_parse(status_json, result_json, road->running, &status);
  fact->finished = status.finished;
  fact->failed = status.failed;
  fact->failed_stages = g_steal_pointer(&status.stages);
  fact->datasource = g_steal_pointer(&status.datasource);
  run_status_clear(&status);
}

/* The link `instance` leads to the folder of the current one, where there is a mark too. */
static void
take_instance(struct cloud_init *fact, struct road *road)
{
  g_autofree char *instance = path_below(fact->cloud_dir, "instance");
  g_autofree char *mark = path_below(instance, "manual-clean");

  if (!fact->datasource) {
    g_autofree char *line = read_line(road, instance, "datasource", FIELD_TEXT_MAX);
    fact->datasource = line ? run_status_datasource(line) : NULL;
  }
  if (is_there(road, mark) == 1)
    fact->manual_cache_clean = 1;
}

static void
take_state(struct cloud_init *fact, struct road *road)
{
  g_autofree char *data = path_below(fact->cloud_dir, "data");
  g_autofree char *id = path_below(data, "instance-id");
  g_autofree char *previous = read_line(road, data, "previous-instance-id", ID_MAX);

  fact->has_run = is_there(road, id);
  fact->instance_id = read_line(road, data, "instance-id", ID_MAX);
  if (g_strcmp0(previous, NO_PREVIOUS) != 0)
    fact->previous_instance_id = g_steal_pointer(&previous);
  take_status(fact, road, data);
  take_instance(fact, road);
}

void
cloud_init_collect(struct road *road, struct root *root)
{
  g_autoptr(BaseConfig) base = base_config_read(road);
  g_autoptr(CloudInit) fact = cloud_init_new();

  take_config(fact, base);
  fact->installed = is_there(road, PROGRAM);
  if (strcmp(fact->config_status, CLOUD_MISSING) == 0 && fact->installed == 0) {
    g_autofree char *id = path_below(fact->cloud_dir, "data/instance-id");

    if (is_there(road, id) != 1)
      return;
  }
  fact->disabled = find_disabled(road);
  take_state(fact, road);
  g_ptr_array_add(root->cloud_init, g_steal_pointer(&fact));
}
