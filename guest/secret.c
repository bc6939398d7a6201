/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes and strings that are wiped when they are freed. */
#include "guest/secret.h"

#include <string.h>

struct text
secret_string_text(const SecretString *string)
{
  return (struct text){string->str, string->len};
}

void
secret_string_free(SecretString *string)
{
  if (!string)
    return;
  explicit_bzero(string->str, string->len);
  g_string_free(string, TRUE);
}

void
secret_bytes_free(SecretBytes *bytes)
{
  gsize size;

  if (!bytes)
    return;
  /* A road's bytes are on the heap and nobody else's. */
  gpointer data = g_bytes_unref_to_data(bytes, &size);
  if (data)
    explicit_bzero(data, size);
  g_free(data);
}
