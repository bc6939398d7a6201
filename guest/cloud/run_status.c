/* SPDX-License-Identifier: Apache-2.0 */
/* Stages of cloud-init's last run. */
#include "guest/cloud/run_status.h"

#include "facts/shape.h"
#include "guest/cloud/words.h"

#include <string.h>

/* In the order they run; modules-init is of versions before 23.2. */
static const char *const stages[] = {"init-local", "init", "modules-init", "modules-config",
                                     "modules-final"};

#define LAST_STAGE "modules-final"

/* The object below "v1"; NULL when there is none. The root is the caller's to release. */
static json_t *
load(GBytes *bytes, json_t **ret_root)
{
  gsize length = 0;
  const char *text = bytes ? g_bytes_get_data(bytes, &length) : NULL;

  *ret_root = text ? json_loadb(text, length, 0, NULL) : NULL;
  return json_object_get(*ret_root, "v1");
}

static bool
has_errors(const json_t *stage)
{
  return json_array_size(json_object_get(stage, "errors")) > 0;
}

static bool
has_time(const json_t *stage, const char *key)
{
  const json_t *time = json_object_get(stage, key);

  return json_is_number(time) && json_number_value(time) > 0;
}

static bool
is_broken_off(const json_t *stage, bool running)
{
  return !running && has_time(stage, "start") && !has_time(stage, "finished");
}

/* Those with errors, or that were broken off; NULL when none. */
static char *
failed_stages(const json_t *status, bool running)
{
  g_autoptr(GPtrArray) failed = g_ptr_array_new();

  for (guint i = 0; i < G_N_ELEMENTS(stages); i++) {
    const json_t *stage = json_object_get(status, stages[i]);

    if (has_errors(stage) || is_broken_off(stage, running))
      g_ptr_array_add(failed, (gpointer)stages[i]);
  }
  return words_join(failed, " ");
}

char *
run_status_datasource(const char *text)
{
  const char *colon = strstr(text, ": ");
  const char *name = colon ? colon + strlen(": ") : text;
  bool is_secret = words_hold_secret(name, strlen(name)) || strchr(name, '?');
  g_autofree char *shown = g_strndup(name, is_secret ? strcspn(name, " ") : strlen(name));

  return words_fact(shown, FIELD_TEXT_MAX);
}

static char *
datasource_of(const json_t *status, const json_t *result)
{
  const char *text = json_string_value(json_object_get(status, "datasource"));

  if (!text)
    text = json_string_value(json_object_get(result, "datasource"));
  return text ? run_status_datasource(text) : NULL;
}

void
run_status_parse(GBytes *status, GBytes *result, bool running, struct run_status *ret_status)
{
  json_t *status_root, *result_root;
  const json_t *status_v1 = load(status, &status_root), *result_v1 = load(result, &result_root);

  *ret_status = (struct run_status){.finished = FACT_UNKNOWN, .failed = FACT_UNKNOWN};
  if (status_v1) {
    ret_status->finished = has_time(json_object_get(status_v1, LAST_STAGE), "finished");
    ret_status->stages = failed_stages(status_v1, running);
    ret_status->failed = ret_status->stages != NULL;
  }
  if (result_v1) {
    ret_status->finished = 1;
    ret_status->failed = ret_status->failed == 1 || has_errors(result_v1);
  }
  ret_status->datasource = datasource_of(status_v1, result_v1);
  json_decref(status_root);
  json_decref(result_root);
}

void
run_status_clear(struct run_status *status)
{
  g_clear_pointer(&status->stages, g_free);
  g_clear_pointer(&status->datasource, g_free);
}
