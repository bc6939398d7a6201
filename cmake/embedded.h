/* SPDX-License-Identifier: Apache-2.0 */
/* Text files compiled in by embed_files() (cmake/Embed.cmake). */
#pragma once

struct embedded {
  const char *name; /* of the file, without its folder; NULL ends the table */
  const char *text;
};

extern const struct embedded embedded_migrations[];
extern const struct embedded embedded_rules[];
