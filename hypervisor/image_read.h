/* SPDX-License-Identifier: Apache-2.0 */
/* One image: what its file and its header say, believed as far as its declared format allows. */
#pragma once

#include "facts/image.h"

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

/* Which file was read, and in which state, so that opening it again can notice another. */
struct image_identity {
  dev_t device;
  ino_t inode; /* 0: no file was there to look at */
  off_t size;
  struct timespec modified;
};

struct image_belief {
  bool probe;     /* an orphan, that nobody declares: its magic names the format */
  bool encrypted; /* the domain says so: raw with a LUKS header in it is then no mismatch */
};

/*
 * Fill an image whose path and declared_format are set: status and detail, file, header,
 * provisioning. The chain below it is the caller's. Nothing but this one file is opened.
 */
void image_read(struct image *image, struct image_belief belief,
                struct image_identity *ret_identity);

/*
 * Open the file again, when it still is what was read. -1 with `errno`: ESTALE for another file, or
 * the same one changed, unless it is `live`.
 */
int image_read_again(const struct image *image, const struct image_identity *identity, bool live);
