/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that the real ssh-keygen made. */
#include "tests/unit/ssh_keys.h"

#include <string.h>

const char *const ssh_keys_names[] = {"rsa-1024",  "rsa-3072",  "dsa-1024",    "ecdsa-256",
                                      "ecdsa-384", "ecdsa-521", "ed25519-256", NULL};

struct scratch *
ssh_keys_new(void)
{
  if (!scratch_has_tools("ssh-keygen", NULL))
    return NULL;
  struct scratch *keys = scratch_new();

  for (guint i = 0; ssh_keys_names[i]; i++) {
    g_auto(GStrv) parts = g_strsplit(ssh_keys_names[i], "-", 2);

    scratch_run(keys, "ssh-keygen -q -t %s -b %s -N '' -C %s@guest -f %s", parts[0], parts[1],
                ssh_keys_names[i], ssh_keys_names[i]);
  }
  scratch_run(keys, "ssh-keygen -q -t ed25519 -N '' -C ca -f ca");
  return keys;
}

char *
ssh_keys_read(struct scratch *keys, const char *name)
{
  g_autoptr(GBytes) bytes = scratch_read(keys, name);
  gsize length;
  const char *text = g_bytes_get_data(bytes, &length);

  return g_strchomp(g_strndup(text, length));
}

char *
ssh_keys_list(struct scratch *keys, const char *name)
{
  scratch_run(keys, "ssh-keygen -l -f '%s' >listed 2>/dev/null || :", name);
  return ssh_keys_read(keys, "listed");
}

char *
ssh_keys_summary(const struct ssh_key *key)
{
  return g_strdup_printf("%" G_GINT64_FORMAT " %s", key->bits, key->fingerprint);
}

char *
ssh_keys_line(const char *type, const GByteArray *blob, const char *comment)
{
  g_autofree char *base64 = g_base64_encode(blob->data, blob->len);

  return g_strdup_printf("%s %s %s", type, base64, comment);
}
