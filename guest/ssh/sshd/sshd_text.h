/* SPDX-License-Identifier: Apache-2.0 */
/* What sshd makes of the bytes of a configuration file before it looks at a line. */
#pragma once

#include "guest/text.h"

/*
 * A file's bytes as sshd holds them, new: without blanks before its lines, and of a line with a NUL
 * only what is before that, so that the next one continues it (load_server_config() of servconf.c).
 */
char *sshd_text_load(struct text rest);
