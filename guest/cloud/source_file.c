/* SPDX-License-Identifier: Apache-2.0 */
/* Files of which a part would say something else. */
#include "guest/cloud/source_file.h"

#include "facts/cloud.h"

SecretBytes *
source_file_read(struct road *road, const char *path, const char *name, struct trouble *trouble,
                 bool *ret_is_there)
{
  g_autoptr(GError) error = NULL;
  bool is_cut = false;
  g_autoptr(SecretBytes) bytes = road_read_whole(road, path, ROAD_FILE_MAX, &is_cut, &error);

  *ret_is_there = !g_error_matches(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND);
  if (is_cut)
    trouble_note(trouble, CLOUD_TOO_LARGE, "%s: over 1 MiB", name);
  else if (!bytes && *ret_is_there)
    trouble_note_error(trouble, name, error);
  return is_cut ? NULL : g_steal_pointer(&bytes);
}
