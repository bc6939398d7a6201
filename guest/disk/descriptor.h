/* SPDX-License-Identifier: Apache-2.0 */
/* The open file below an image: the only place of the read path that makes system calls. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * The size in bytes of an open file or block device. DISK_ERROR_IO when it has none. The
 * descriptor's own position moves; nothing here depends on it.
 */
bool descriptor_size(int fd, guint64 *ret_size, GError **error);

/* Read exactly `length` bytes at `offset`. DISK_ERROR_IO, also when the file ends before. */
bool descriptor_read(int fd, void *buffer, size_t length, guint64 offset, GError **error);

/* As descriptor_read(), with zeros for what lies beyond `file_size`. */
bool descriptor_read_padded(int fd, guint64 file_size, void *buffer, size_t length, guint64 offset,
                            GError **error);
