/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks kept: found again, told apart, and no more of them than there is room for. */
#include "guest/disk/kept_blocks.h"

#define BLOCK_SIZE 4096

static void
add(struct kept_blocks *kept, guint32 inode, guint32 number, guint8 byte)
{
  guint8 block[BLOCK_SIZE] = {0};

  block[0] = block[BLOCK_SIZE - 1] = byte;
  kept_blocks_add(kept, inode, number, block);
}

static void
expect(const struct kept_blocks *kept, guint32 inode, guint32 number, guint8 byte)
{
  const guint8 *block = kept_blocks_find(kept, inode, number);

  g_assert_nonnull(block);
  g_assert_cmpuint(block[0], ==, byte);
  g_assert_cmpuint(block[BLOCK_SIZE - 1], ==, byte);
}

static void
test_found(void)
{
  struct kept_blocks *kept = kept_blocks_new(BLOCK_SIZE);

  g_assert_null(kept_blocks_find(kept, 2, 0));
  add(kept, 2, 0, 'a');
  add(kept, 2, 1, 'b');
  add(kept, 1, 2, 'c');
  add(kept, G_MAXUINT32, G_MAXUINT32, 'd');
  expect(kept, 2, 0, 'a');
  expect(kept, 2, 1, 'b');
  expect(kept, 1, 2, 'c');
  expect(kept, G_MAXUINT32, G_MAXUINT32, 'd');
  g_assert_null(kept_blocks_find(kept, 0, 2));
  kept_blocks_free(kept);
  kept_blocks_free(NULL);
}

static void
test_room(void)
{
  const guint32 room = KEPT_BLOCKS_MAX / BLOCK_SIZE;
  struct kept_blocks *kept = kept_blocks_new(BLOCK_SIZE);

  for (guint32 number = 0; number <= room; number++)
    add(kept, 11, number, (guint8)number);
  expect(kept, 11, 0, 0);
  expect(kept, 11, room - 1, (guint8)(room - 1));
  g_assert_null(kept_blocks_find(kept, 11, room));
  kept_blocks_free(kept);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/kept-blocks/found", test_found);
  g_test_add_func("/kept-blocks/room", test_room);
  return g_test_run();
}
