/* SPDX-License-Identifier: Apache-2.0 */
/* Names of backing files in headers: read as QEMU does, refused where it would reach out. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/*
 * The path that a name means in the header of the image at `image_path`: an absolute one as it is,
 * a relative one from the folder of the image as that was named. New. NULL, with the reason in
 * `ret_refusal` (static), for every protocol but `file:`, for pseudo-protocols such as `json:`, and
 * for what cannot be a path.
 */
char *backing_name_resolve(GBytes *name, const char *image_path, const char **ret_refusal);

/*
 * A path without `.`, `..` and doubled slashes. On this machine (`local`) its folder is resolved as
 * the kernel would, so that `..` after a symbolic link means what it means; elsewhere by the
 * letters. A path without them is kept as it was named. New.
 */
char *backing_name_normalize(const char *path, bool local);
