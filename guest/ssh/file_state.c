/* SPDX-License-Identifier: Apache-2.0 */
/* Errors of roads as states. */
#include "guest/ssh/file_state.h"

#include "facts/ssh.h"
#include "guest/road.h"

const char *
file_state_of(const GError *error)
{
  if (g_error_matches(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND) ||
      g_error_matches(error, ROAD_ERROR, ROAD_ERROR_LOOP))
    return KEY_FILE_MISSING;
  if (g_error_matches(error, ROAD_ERROR, ROAD_ERROR_NOT_REGULAR))
    return KEY_FILE_NOT_REGULAR;
  return KEY_FILE_UNREADABLE;
}
