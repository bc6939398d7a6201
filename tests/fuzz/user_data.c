/* SPDX-License-Identifier: Apache-2.0 */
/* User-data: the input as it is, and compressed, which no fuzzer would manage. */
#include "guest/cloud/user_data.h"

#include "guest/cloud/secrets.h"

#include <zlib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static void
read_bytes(const guint8 *data, gsize size)
{
  g_autoptr(UserData) read =
      user_data_read((struct text){(const char *)data, size}, "user-data", "");

  g_assert(!read->trouble.status == !read->trouble.detail);
  g_assert(read->types->len <= USER_DATA_PARTS_MAX);
  g_assert(read->secrets->len <= SECRETS_MAX);
  for (guint i = 0; i < read->types->len; i++)
    g_assert(g_str_is_ascii(read->types->pdata[i]));
}

static void
read_compressed(const guint8 *data, gsize size)
{
  z_stream stream = {.next_in = (Bytef *)data, .avail_in = (uInt)size};

  if (deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    g_error("no memory for deflate");
  gsize bound = deflateBound(&stream, size);
  g_autofree guint8 *compressed = g_malloc(bound);
  stream.next_out = compressed;
  stream.avail_out = (uInt)bound;
  deflate(&stream, Z_FINISH);
  read_bytes(compressed, stream.total_out);
  deflateEnd(&stream);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
  read_bytes(data, size);
  read_compressed(data, size);
  return 0;
}
