/* SPDX-License-Identifier: Apache-2.0 */
/* CRC-32C: the published check value, and the same as libext2fs at every length and place. */
#include "guest/disk/crc32c.h"

#include <ext2fs/ext2fs.h>

/* RFC 3720, appendix B.4, and the check value that catalogues of checksums give. */
static void
test_known(void)
{
  static const guint8 zeros[32];

  g_assert_cmphex(~crc32c(G_MAXUINT32, "123456789", 9), ==, 0xe3069283);
  g_assert_cmphex(~crc32c(G_MAXUINT32, zeros, sizeof(zeros)), ==, 0x8a9136aa);
  g_assert_cmphex(crc32c(5, "", 0), ==, 5);
}

static void
test_same(void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed(42);
  guint8 bytes[80];

  for (guint i = 0; i < sizeof(bytes); i++)
    bytes[i] = (guint8)g_rand_int(rand);
  for (guint from = 0; from < 9; from++)
    for (guint length = 0; length <= sizeof(bytes) - from; length++)
      g_assert_cmphex(crc32c(length, bytes + from, length), ==,
                      ext2fs_crc32c_le(length, bytes + from, length));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/crc32c/known", test_known);
  g_test_add_func("/crc32c/same", test_same);
  return g_test_run();
}
