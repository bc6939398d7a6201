/* SPDX-License-Identifier: Apache-2.0 */
/* The locks by which QEMU says what it does with an image: looked at, never taken. */
#pragma once

#include <stdbool.h>

/*
 * Whether somebody has an image open for writing, by an open descriptor of it. False where the file
 * system keeps no locks. Source: raw_apply_lock_bytes() of QEMU 7.2, block/file-posix.c.
 */
bool image_lock_has_writer(int fd);
