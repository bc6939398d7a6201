/* SPDX-License-Identifier: Apache-2.0 */
/* Opening the file of an image: only regular files and block devices, only for reading. */
#pragma once

#include <sys/stat.h>

/*
 * Open a file for reading, without waiting for it, becoming its terminal's owner or touching what
 * is neither a regular file nor a block device. Returns IMAGE_OK and the descriptor, or the IMAGE_*
 * word for what is wrong, with `errno` set and -1 for a descriptor. `ret_stat` is filled as far as
 * the file could be looked at; its st_mode is 0 when it could not.
 */
const char *image_file_open(const char *path, struct stat *ret_stat, int *ret_fd);
