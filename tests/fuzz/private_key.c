/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input as a private key file, and as what the lines of one hold, of whichever format: else a
 * fuzzer would have to find its way through base64.
 */
#include "guest/ssh/key/private_key.h"
#include "guest/ssh/key/private_openssh.h"
#include "guest/ssh/key/private_pem.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
assert_sound(struct ssh_key *key, GError *error)
{
  g_assert_true((key == NULL) == (error != NULL));
  g_assert_true(!error || g_utf8_validate(error->message, -1, NULL));
  g_clear_error(&error);
  ssh_key_free(key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const char *const labels[] = {"RSA PRIVATE KEY", "DSA PRIVATE KEY", "EC PRIVATE KEY",
                                       "PRIVATE KEY"};
  struct text text = {(const char *)data, size};
  GError *error = NULL;
  bool encrypted;
  struct ssh_key *key = private_key_parse(text.at, text.length, &encrypted, &error);

  assert_sound(key, g_steal_pointer(&error));
  key = private_openssh_parse(text, &encrypted, &error);
  assert_sound(key, g_steal_pointer(&error));
  for (guint i = 0; i < G_N_ELEMENTS(labels); i++) {
    key = private_pem_parse((struct text){labels[i], strlen(labels[i])}, text, &error);
    assert_sound(key, g_steal_pointer(&error));
  }
  return 0;
}
