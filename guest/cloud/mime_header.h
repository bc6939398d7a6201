/* SPDX-License-Identifier: Apache-2.0 */
/* The header of a MIME part: the fields that say how its body is to be read. */
#pragma once

#include "guest/text.h"

#include <stdbool.h>

struct mime_header {
  char *type;       /* "text/plain" where none is given, or none that has a '/' */
  char *boundary;   /* NULL without */
  char *encoding;   /* Content-Transfer-Encoding in lower case; NULL without */
  char *merge_type; /* NULL without */
};

/* Cut the header and the empty line behind it off `message`, which is the body afterwards. */
void mime_header_parse(struct text *message, struct mime_header *ret_header);
void mime_header_clear(struct mime_header *header);

/* Cut a line off `rest`, its ending included. False after the last. */
bool mime_header_next_line(struct text *rest, struct text *ret_line);
