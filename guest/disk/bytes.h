/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as they lie in images and tables: any alignment, the byte order named. */
#pragma once

#include <glib.h>
#include <string.h>

#define BYTES_READER(name, type, convert)                                                          \
  static inline type name(const void *bytes)                                                       \
  {                                                                                                \
    type number;                                                                                   \
    memcpy(&number, bytes, sizeof(number));                                                        \
    return convert(number);                                                                        \
  }

BYTES_READER(bytes_le16, guint16, GUINT16_FROM_LE)
BYTES_READER(bytes_le32, guint32, GUINT32_FROM_LE)
BYTES_READER(bytes_le64, guint64, GUINT64_FROM_LE)
BYTES_READER(bytes_be16, guint16, GUINT16_FROM_BE)
BYTES_READER(bytes_be32, guint32, GUINT32_FROM_BE)
BYTES_READER(bytes_be64, guint64, GUINT64_FROM_BE)
#undef BYTES_READER
