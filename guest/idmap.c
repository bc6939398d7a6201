/* SPDX-License-Identifier: Apache-2.0 */
/* Ranges of numbers, as user_namespaces(7) has them. */
#include "guest/idmap.h"

#include <stdbool.h>
#include <string.h>

struct range {
  guint64 start, target, count;
};

enum { USERS, GROUPS, KINDS };

struct idmap {
  GArray *ranges[KINDS]; /* of struct range */
};

static bool
parse_number(const char *word, guint64 *ret_number)
{
  return g_ascii_string_to_unsigned(word, 10, 0, G_MAXUINT32, ret_number, NULL);
}

static bool
parse_range(char *const *words, struct range *ret_range)
{
  struct range range;

  if (g_strv_length((char **)words) != 3 || !parse_number(words[0], &range.start) ||
      !parse_number(words[1], &range.target) || !parse_number(words[2], &range.count))
    return false;
  if (range.start + range.count > (guint64)G_MAXUINT32 + 1 ||
      range.target + range.count > (guint64)G_MAXUINT32 + 1)
    return false;
  *ret_range = range;
  return true;
}

static bool
add_group(struct idmap *map, const char *group)
{
  static const char *const kinds[KINDS] = {[USERS] = "uid", [GROUPS] = "gid"};
  g_auto(GStrv) words = g_strsplit(group, " ", 5);
  struct range range;

  for (guint kind = 0; words[0] && kind < KINDS; kind++)
    if (strcmp(words[0], kinds[kind]) == 0 && parse_range(words + 1, &range)) {
      g_array_append_val(map->ranges[kind], range);
      return true;
    }
  return false;
}

struct idmap *
idmap_parse(const char *text)
{
  g_autoptr(Idmap) map = g_new(struct idmap, 1);
  g_auto(GStrv) groups = g_strsplit(text, ",", -1);

  for (guint kind = 0; kind < KINDS; kind++)
    map->ranges[kind] = g_array_new(FALSE, FALSE, sizeof(struct range));
  for (guint i = 0; groups[i]; i++)
    if (!add_group(map, g_strstrip(groups[i])))
      return NULL;
  return groups[0] ? g_steal_pointer(&map) : NULL;
}

void
idmap_free(struct idmap *map)
{
  if (!map)
    return;
  for (guint kind = 0; kind < KINDS; kind++)
    g_array_unref(map->ranges[kind]);
  g_free(map);
}

static guint32
number_in_guest(const struct idmap *map, guint kind, guint32 host)
{
  if (!map)
    return host;
  for (guint i = 0; i < map->ranges[kind]->len; i++) {
    const struct range *range = &g_array_index(map->ranges[kind], struct range, i);

    if (host >= range->target && host - range->target < range->count)
      return (guint32)(range->start + (host - range->target));
  }
  return IDMAP_NOBODY;
}

guint32
idmap_uid(const struct idmap *map, guint32 host)
{
  return number_in_guest(map, USERS, host);
}

guint32
idmap_gid(const struct idmap *map, guint32 host)
{
  return number_in_guest(map, GROUPS, host);
}
