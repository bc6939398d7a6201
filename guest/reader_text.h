/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that is said over a reader's socket is the text of a struct with a shape. */
#pragma once

#include "facts/shape.h"

/*
 * A new struct from what the other side wrote, or NULL with READER_ERROR_ANSWER where it is no
 * JSON, SHAPE_ERROR_INVALID where it is not strictly of the shape.
 */
gpointer reader_text_read(const struct shape *shape, const char *text, gsize length,
                          GError **error);
