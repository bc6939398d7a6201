/* SPDX-License-Identifier: Apache-2.0 */
/* Setting the status of an image. */
#pragma once

#include "facts/image.h"

/* Set status and detail; a NULL format leaves no detail. `status` may be the image's own. */
void image_status_set(struct image *image, const char *status, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

bool image_status_is(const struct image *image, const char *status);
