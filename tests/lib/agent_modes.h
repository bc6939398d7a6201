/* SPDX-License-Identifier: Apache-2.0 */
/* Ways in which a fake agent misbehaves. */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct fake_agent {
  const struct fake_agent_mode *mode;
  gulong latency_ms;
  int tree;         /* the root of its files */
  int listener, fd; /* its socket, and whoever is connected */
  FILE *log;
  GPtrArray *files; /* FILE by handle; NULL when closed */
  char *previous;   /* what it would have said last */
};

struct fake_agent_mode {
  const char *name;
  const char *at; /* how the commands begin that it misbehaves at; NULL: at none */
  /* Say something in place of a reply; false when nobody listens. */
  bool (*say)(struct fake_agent *agent, const char *reply);
  const char *words;
  bool blocks_files; /* as RHEL does by default */
};

/* The mode of a name. Ends the program when there is none. */
const struct fake_agent_mode *fake_agent_mode(const char *name);

/* Say a reply as the mode does. */
bool fake_agent_say(struct fake_agent *agent, const char *command, const char *reply);
