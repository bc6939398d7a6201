/* SPDX-License-Identifier: Apache-2.0 */
/* A table of blocks by inode and number. */
#include "guest/disk/kept_blocks.h"

#include <string.h>

struct kept_blocks {
  gsize block_size;
  GHashTable *blocks; /* of struct block, each its own key */
};

struct block {
  guint64 key;
  guint8 bytes[];
};

static guint64
key_of(guint32 inode, guint32 number)
{
  return (guint64)inode << 32 | number;
}

struct kept_blocks *
kept_blocks_new(gsize block_size)
{
  struct kept_blocks *kept = g_new(struct kept_blocks, 1);

  kept->block_size = block_size;
  kept->blocks = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  return kept;
}

void
kept_blocks_free(struct kept_blocks *kept)
{
  if (!kept)
    return;
  g_hash_table_unref(kept->blocks);
  g_free(kept);
}

const guint8 *
kept_blocks_find(const struct kept_blocks *kept, guint32 inode, guint32 number)
{
  const guint64 key = key_of(inode, number);
  const struct block *block = g_hash_table_lookup(kept->blocks, &key);

  return block ? block->bytes : NULL;
}

void
kept_blocks_add(struct kept_blocks *kept, guint32 inode, guint32 number, const guint8 *bytes)
{
  if ((g_hash_table_size(kept->blocks) + 1) * kept->block_size > KEPT_BLOCKS_MAX)
    return;
  struct block *block = g_malloc(sizeof(*block) + kept->block_size);
  block->key = key_of(inode, number);
  memcpy(block->bytes, bytes, kept->block_size);
  g_hash_table_add(kept->blocks, block);
}
