/* SPDX-License-Identifier: Apache-2.0 */
/* Which roads into guests are gone, as options, the configuration and requests say it in a word. */
#pragma once

enum road_choice {
  /*
   * A directory: rootfs. Shut off: disk. Running: agent, and disk beside it, for where both answer
   * the agent's counts and a difference is worth knowing.
   */
  ROAD_CHOICE_AUTO,
  ROAD_CHOICE_DISK,
  ROAD_CHOICE_AGENT,
  ROAD_CHOICE_ROOTFS,
};

/* "auto", "disk", "agent", "rootfs", ended by NULL. The place of each is its enum road_choice. */
extern const char *const road_choice_words[];

/* The choice that a word names; ROAD_CHOICE_AUTO for NULL, and for a word that is none. */
enum road_choice road_choice_of(const char *word);
