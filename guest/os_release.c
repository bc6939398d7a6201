/* SPDX-License-Identifier: Apache-2.0 */
/* Which system it is: os-release(5). */
#include "guest/collect.h"
#include "guest/text.h"

#include <stddef.h>

#define OS_RELEASE_MAX ((gsize)64 << 10)

static const struct os_release_key {
  const char *assignment;
  size_t offset; /* of the member in struct root */
} keys[] = {
    {"ID=", offsetof(struct root, os_id)},
    {"VERSION_ID=", offsetof(struct root, os_version)},
    {"PRETTY_NAME=", offsetof(struct root, os_name)},
};

static char *
parse_value(struct text text)
{
  g_autoptr(GString) value = text_unquote(text);

  if (!value || value->len == 0 || value->len > FIELD_TEXT_MAX)
    return NULL;
  return text_printable(value->str, value->len);
}

static void
parse_line(struct text line, struct root *root)
{
  for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
    char **member = (char **)((char *)root + keys[i].offset);
    struct text value = line;

    if (!text_skip(&value, keys[i].assignment))
      continue;
    g_free(*member); /* the last one counts, as in a shell */
    *member = parse_value(value);
  }
}

void
os_release_collect(struct road *road, struct root *root)
{
  /* The first replaces the second: an administrator's own. Neither is merged with the other. */
  static const char *const paths[] = {"/etc/os-release", "/usr/lib/os-release"};
  g_autoptr(GBytes) bytes = NULL;
  struct text rest, line;

  for (guint i = 0; i < G_N_ELEMENTS(paths) && !bytes; i++)
    bytes = road_read_file(road, paths[i], OS_RELEASE_MAX, NULL);
  if (!bytes)
    return;
  rest = text_of(bytes);
  while (text_next_line(&rest, &line))
    parse_line(line, root);
}
