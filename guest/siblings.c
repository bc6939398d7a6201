/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identities beside the machine ID, by the table of facts/identity_kinds.h. A file that is not
 * there is no identity; the bytes of the others are not kept: some are secret, and some are written
 * anew with every lease.
 */
#include "guest/collect.h"
#include "guest/secret.h"
#include "guest/sibling_parsers.h"

#include <string.h>

#define FILES_MAX 64 /* of one glob */

static void
set_properties(struct road *road, struct identity *identity, enum identity_parser parser)
{
  struct file_stat stat;

  if (!road_stat(road, identity->path, true, &stat, NULL))
    return;
  identity->mode = stat.mode;
  if (parser != IDENTITY_DHCP_DUID) /* that is when the last lease came */
    identity->modified_at = stat.modified_at;
}

static struct sibling
read_sibling(struct road *road, enum identity_parser parser, const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(SecretBytes) bytes = road_read_file(road, path, ROAD_FILE_MAX, &error);

  if (bytes)
    return sibling_parse(parser, bytes);
  if (g_error_matches(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND))
    return (struct sibling){.state = NULL};
  bool regular = !g_error_matches(error, ROAD_ERROR, ROAD_ERROR_NOT_REGULAR);
  return (struct sibling){.state = regular ? STATE_UNREADABLE : STATE_NOT_REGULAR};
}

static void
collect_file(struct road *road, struct root *root, const struct identity_kind *kind,
             const char *path)
{
  struct sibling sibling = read_sibling(road, kind->parser, path);

  if (!sibling.state)
    return;
  struct identity *identity = identity_new();
  identity->kind = g_strdup(kind->name);
  identity->path = g_strdup(path);
  identity->state = g_strdup(sibling.state);
  identity->value = sibling.value;
  set_properties(road, identity, kind->parser);
  g_ptr_array_add(root->identities, identity);
}

/* A road that cannot list does not go there. */
static void
collect_glob(struct road *road, struct root *root, const struct identity_kind *kind)
{
  g_autofree char *folder = g_path_get_dirname(kind->path);
  g_autoptr(GPtrArray) names = road_list(road, folder, NULL);
  const char *glob = strrchr(kind->path, '/') + 1;
  guint count = 0;

  for (guint i = 0; names && i < names->len; i++) {
    const char *name = names->pdata[i];

    if (!g_utf8_validate(name, -1, NULL) || !g_pattern_match_simple(glob, name))
      continue;
    if (count++ == FILES_MAX) {
      road->truncated = true;
      return;
    }
    g_autofree char *path = g_build_filename(folder, name, NULL);
    collect_file(road, root, kind, path);
  }
}

void
siblings_collect(struct road *road, struct root *root)
{
  for (const struct identity_kind *kind = identity_kinds; kind->name; kind++) {
    if (!kind->path)
      continue;
    if (strchr(kind->path, '*'))
      collect_glob(road, root, kind);
    else
      collect_file(road, root, kind, kind->path);
  }
}
