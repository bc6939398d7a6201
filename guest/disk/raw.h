/* SPDX-License-Identifier: Apache-2.0 */
/* A raw image: the bytes of a file or block device. */
#pragma once

#include "guest/disk/device.h"

/* The device of an open file or block device; `fd` stays the caller's. */
struct device *raw_open(int fd, GError **error);
