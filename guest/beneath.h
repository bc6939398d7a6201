/* SPDX-License-Identifier: Apache-2.0 */
/* Opening what is beneath a directory, and nothing else, by openat2(2). */
#pragma once

#include <glib.h>

/*
 * Open a path, the directory taken for the root: links are followed inside it (RESOLVE_IN_ROOT),
 * those of /proc not at all (RESOLVE_NO_MAGICLINKS), and neither is what the host has mounted below
 * it (RESOLVE_NO_XDEV). The flags are those of open(2); O_CLOEXEC is added. -1 with errno: EXDEV
 * for a mount.
 */
int beneath_open(int directory_fd, const char *path, guint64 flags);

/*
 * Where something is mounted below a directory that matters to collectors, such as "/var", without
 * what is below that again. A new list; g_strfreev() frees it.
 */
char **beneath_mounts(int directory_fd);
