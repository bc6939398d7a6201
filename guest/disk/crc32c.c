/* SPDX-License-Identifier: Apache-2.0 */
/* CRC-32C by SSE 4.2, else by libext2fs. */
#include "guest/disk/crc32c.h"

#include <ext2fs/ext2fs.h>
#include <string.h>

#ifdef __x86_64__

__attribute__((target("sse4.2"))) static guint32
by_instruction(guint32 crc, const guint8 *bytes, gsize length)
{
  guint64 wide = crc;

  for (; length >= sizeof(guint64); bytes += sizeof(guint64), length -= sizeof(guint64)) {
    guint64 word;

    memcpy(&word, bytes, sizeof(word));
    wide = __builtin_ia32_crc32di(wide, word);
  }
  crc = (guint32)wide;
  for (; length > 0; bytes++, length--)
    crc = __builtin_ia32_crc32qi(crc, *bytes);
  return crc;
}

guint32
crc32c(guint32 crc, const void *bytes, gsize length)
{
  if (__builtin_cpu_supports("sse4.2"))
    return by_instruction(crc, bytes, length);
  return ext2fs_crc32c_le(crc, bytes, length);
}

#else

guint32
crc32c(guint32 crc, const void *bytes, gsize length)
{
  return ext2fs_crc32c_le(crc, bytes, length);
}

#endif
