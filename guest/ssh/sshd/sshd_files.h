/* SPDX-License-Identifier: Apache-2.0 */
/* The files that an sshd_config is made of. */
#pragma once

#include "guest/ssh/sshd/sshd_parser.h"

/*
 * A file's text as sshd holds it, new; empty where a limit is reached, which the parser notes. NULL
 * with a ROAD_ERROR when it cannot be read.
 */
char *sshd_files_load(struct sshd_parser *parser, const char *path, GError **error);

/* Read the files that one pattern of an Include line names in its place. */
void sshd_files_include(struct sshd_parser *parser, const struct sshd_position *at,
                        const char *pattern);
