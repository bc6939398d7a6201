/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MIME messages (RFC 2045, RFC 2046) as far as user-data has them, read as Python's email package
 * does (email/feedparser.py): nested multiparts, base64 and quoted-printable.
 */
#pragma once

#include "guest/secret.h"

#include <stdbool.h>

#define MIME_PARTS_MAX 64
#define MIME_DEPTH_MAX 8

#define MIME_ERROR (mime_error_quark())
GQuark mime_error_quark(void);
enum mime_error {
  MIME_ERROR_MALFORMED,
  MIME_ERROR_TOO_LARGE, /* more parts, or deeper ones */
};

/* What is no multipart itself. It lives as long as the visit. */
struct mime_part {
  char *type;       /* lower case; "text/plain" where none is given */
  char *merge_type; /* value of Merge-Type or X-Merge-Type, cloud-init's own; NULL without */
  struct text body; /* decoded */
};

/* False with an error ends the walk. */
typedef bool (*mime_visit)(const struct mime_part *part, gpointer data, GError **error);

/* Visit every part of a message in order. False with a MIME_ERROR, or with the visitor's. */
bool mime_walk(struct text message, mime_visit visit, gpointer data, GError **error);
