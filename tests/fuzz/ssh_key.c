/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input as a public key's blob, and as a line of authorized_keys. A key that was taken must
 * read the same from the blob that it is said to have.
 */
#include "guest/ssh/key/authorized_line.h"
#include "guest/ssh/key/key.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
assert_same_again(const struct ssh_key *key)
{
  gsize length;
  const void *blob = g_bytes_get_data(key->blob, &length);
  g_autoptr(SshKey) again = ssh_key_parse_plain(blob, length, NULL);

  g_assert_nonnull(again);
  g_assert_true(g_bytes_equal(key->blob, again->blob));
  g_assert_cmpstr(key->fingerprint, ==, again->fingerprint);
  g_assert_cmpint(key->bits, ==, again->bits);
}

static void
try_blob(const uint8_t *data, size_t size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(SshKey) key = ssh_key_parse(data, size, &error);

  g_assert_true((key == NULL) == (error != NULL));
  g_assert_true(!error || g_utf8_validate(error->message, -1, NULL));
  if (key)
    assert_same_again(key);
}

static void
try_line(const uint8_t *data, size_t size)
{
  struct authorized_line line;

  if (!authorized_line_parse((struct text){(const char *)data, size}, &line))
    return;
  if (line.key)
    assert_same_again(line.key);
  else
    g_assert_null(line.options);
  g_assert_cmpint(line.expires_at, >=, -1);
  authorized_line_clear(&line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  try_blob(data, size);
  try_line(data, size);
  return 0;
}
