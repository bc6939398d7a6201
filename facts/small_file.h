/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that the administrator gives us, read whole. Whatever else lies there must not make us
 * wait.
 */
#pragma once

#include <glib.h>
#include <sys/stat.h>

/*
 * All of a file, which must be regular and of at most `max` bytes. NULL with a G_FILE_ERROR that
 * says why, without the path: "it is too long".
 */
GBytes *small_file_read(const char *path, gsize max, struct stat *ret_status, GError **error);
