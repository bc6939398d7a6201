/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of the configuration and their keys: a row of a table each. */
#pragma once

#include "cmd/fleet/config.h"
#include "cmd/fleet/config_text.h"

/* What is being filled, and where the line that comes next belongs. */
struct config_filling {
  struct config *config;
  const struct config_section *section; /* NULL before the first one */
  gpointer target;                      /* the struct that its keys go into */
};

/* For a struct config_sink, whose data is a struct config_filling. */
bool config_section_take(const struct config_line *line, gpointer filling, GError **error);
