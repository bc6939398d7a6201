/* SPDX-License-Identifier: Apache-2.0 */
/* gzip (RFC 1952) of user-data: bounded in what comes out, however little went in. */
#pragma once

#include "guest/secret.h"

#include <stdbool.h>

#define GZIP_EXPANDED_MAX ((gsize)1 << 20)

#define GZIP_ERROR (gzip_error_quark())
GQuark gzip_error_quark(void);
enum gzip_error {
  GZIP_ERROR_MALFORMED, /* a checksum too, or an end that comes too early */
  GZIP_ERROR_TOO_LARGE,
};

/* Whether the bytes begin as gzip does. */
bool gzip_is(struct text bytes);

/*
 * What was compressed, new: of all members, as Python's gzip module reads them, with nothing but
 * zeros behind the last one. NULL with a GZIP_ERROR.
 */
SecretString *gzip_expand(struct text bytes, GError **error);
