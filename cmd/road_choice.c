/* SPDX-License-Identifier: Apache-2.0 */
/* A word for each choice of roads. */
#include "cmd/road_choice.h"

#include "facts/guest.h"

#include <string.h>

const char *const road_choice_words[] = {
    [ROAD_CHOICE_AUTO] = "auto",      [ROAD_CHOICE_DISK] = ROAD_DISK,
    [ROAD_CHOICE_AGENT] = ROAD_AGENT, [ROAD_CHOICE_ROOTFS] = ROAD_ROOTFS,
    [ROAD_CHOICE_ROOTFS + 1] = NULL,
};

enum road_choice
road_choice_of(const char *word)
{
  for (guint i = 0; word && road_choice_words[i]; i++)
    if (strcmp(road_choice_words[i], word) == 0)
      return (enum road_choice)i;
  return ROAD_CHOICE_AUTO;
}
