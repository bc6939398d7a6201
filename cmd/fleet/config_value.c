/* SPDX-License-Identifier: Apache-2.0 */
/* One parser per type of value. */
#include "cmd/fleet/config_value.h"

#include "cmd/fleet/collectors.h"
#include "cmd/fleet/config.h"
#include "cmd/road_choice.h"
#include "hypervisor/connection_uri.h"

#include <string.h>

#define SECONDS_MAX (7 * 86400)
#define GUESTS_MAX  100000000

static char *
keep_text(const char *value, char **at)
{
  g_free(*at);
  *at = g_strdup(value);
  return NULL;
}

static char *
take_uri(const char *value, gpointer at)
{
  if (!*value || !connection_uri_is_valid(value))
    return g_strdup("a libvirt URI, such as qemu:///system");
  return keep_text(value, at);
}

static char *
take_path(const char *value, gpointer at)
{
  return g_path_is_absolute(value) ? keep_text(value, at) : g_strdup("a path from / on");
}

static char *
take_list(const char *value, gpointer at)
{
  g_auto(GStrv) words = g_strsplit_set(value, ";,", -1);
  g_autoptr(GStrvBuilder) kept = g_strv_builder_new();

  for (char **word = words; *word; word++)
    if (*g_strstrip(*word))
      g_strv_builder_add(kept, *word);
  g_strfreev(*(char ***)at);
  *(char ***)at = g_strv_builder_end(kept);
  return NULL;
}

static char *
take_words(const char *value, gpointer at)
{
  take_list(value, at);
  return **(char ***)at ? NULL : g_strdup("at least one word; to leave the key out means all");
}

/* Index of a value among the words, -1 when it is none of them. */
static int
word_index(const char *const *words, const char *value)
{
  for (int i = 0; words[i]; i++)
    if (strcmp(words[i], value) == 0)
      return i;
  return -1;
}

static char *
one_of(const char *const *words)
{
  g_autofree char *all = g_strjoinv(", ", (char **)words);

  return g_strdup_printf("one of %s", all);
}

static char *
take_roads(const char *value, gpointer at)
{
  return word_index(road_choice_words, value) < 0 ? one_of(road_choice_words)
                                                  : keep_text(value, at);
}

static char *
take_key_mode(const char *value, gpointer at)
{
  return word_index(config_key_modes, value) < 0 ? one_of(config_key_modes) : keep_text(value, at);
}

static char *
take_transport(const char *value, gpointer at)
{
  int index = word_index(config_transport_words, value);

  if (index < 0)
    return one_of(config_transport_words);
  *(enum config_transport *)at = (enum config_transport)index;
  return NULL;
}

static char *
take_number(const char *value, gint64 max, gpointer at)
{
  if (g_ascii_string_to_signed(value, 10, 1, max, at, NULL))
    return NULL;
  return g_strdup_printf("a whole number from 1 to %" G_GINT64_FORMAT, max);
}

static char *
take_seconds(const char *value, gpointer at)
{
  return take_number(value, SECONDS_MAX, at);
}

static char *
take_jobs(const char *value, gpointer at)
{
  return take_number(value, COLLECTORS_MAX, at);
}

static char *
take_guests(const char *value, gpointer at)
{
  return take_number(value, GUESTS_MAX, at);
}

static char *
take_size(const char *value, gpointer at)
{
  static const char units[] = "KMG";
  size_t length = strlen(value);
  const char *unit = length > 0 ? strchr(units, value[length - 1]) : NULL;
  const guint shift = unit ? 10 * (guint)(unit - units + 1) : 0;
  g_autofree char *digits = g_strndup(value, unit ? length - 1 : length);
  gint64 number;

  if (!g_ascii_string_to_signed(digits, 10, 1, G_MAXINT64 >> shift, &number, NULL))
    return g_strdup("a number of bytes, such as 64M or 1G");
  *(gint64 *)at = number << shift;
  return NULL;
}

typedef char *(*value_take)(const char *value, gpointer at);

static const value_take takes[] = {
    [CONFIG_URI] = take_uri,         [CONFIG_PATH] = take_path,
    [CONFIG_LIST] = take_list,       [CONFIG_WORDS] = take_words,
    [CONFIG_ROADS] = take_roads,     [CONFIG_TRANSPORT] = take_transport,
    [CONFIG_SECONDS] = take_seconds, [CONFIG_KEY_MODE] = take_key_mode,
    [CONFIG_JOBS] = take_jobs,       [CONFIG_GUESTS] = take_guests,
    [CONFIG_SIZE] = take_size,
};

char *
config_value_take(enum config_type type, const char *value, gpointer at)
{
  return takes[type](value, at);
}
