/* SPDX-License-Identifier: Apache-2.0 */
/* Files that must be read whole. */
#include "guest/ssh/whole_file.h"

#include "facts/ssh.h"

GBytes *
whole_file_read(struct road *road, const char *path, gsize max, bool *ret_cut, GError **error)
{
  bool truncated_before = road->truncated;

  road->truncated = false;
  GBytes *bytes = road_read_file(road, path, max, error);
  if (bytes)
    *ret_cut = road->truncated;
  road->truncated |= truncated_before;
  return bytes;
}

const char *
whole_file_state(const GError *error)
{
  if (g_error_matches(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND) ||
      g_error_matches(error, ROAD_ERROR, ROAD_ERROR_LOOP))
    return KEY_FILE_MISSING;
  if (g_error_matches(error, ROAD_ERROR, ROAD_ERROR_NOT_REGULAR))
    return KEY_FILE_NOT_REGULAR;
  return KEY_FILE_UNREADABLE;
}
