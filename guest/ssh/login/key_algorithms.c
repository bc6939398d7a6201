/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of signature algorithms. */
#include "guest/ssh/login/key_algorithms.h"

#include "guest/ssh/sshd/sshd_pattern.h"

#include <string.h>

#define RSA_BITS_MIN 1024 /* SSH_RSA_MINIMUM_MODULUS_SIZE of sshkey.h */

/* KEX_DEFAULT_PK_ALG and SSH_ALLOWED_CA_SIGALGS of myproposal.h, certificates left out. */
static const char defaults[] =
    "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,"
    "sk-ssh-ed25519@openssh.com,sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256";

/* Key types that sign in more ways than the one of their own name. */
static const struct signing {
  const char *type, *algorithm;
} more_ways[] = {
    {"ssh-rsa", "rsa-sha2-512"},
    {"ssh-rsa", "rsa-sha2-256"},
    {"sk-ecdsa-sha2-nistp256@openssh.com", "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"},
};

static bool
is_in(const char *list, const char *algorithm, guint64 *steps_left)
{
  return sshd_pattern_list_match(text_of_string(algorithm), text_of_string(list), steps_left) == 1;
}

static bool
accepts(const char *list, const char *algorithm, guint64 *steps_left)
{
  bool by_default = is_in(defaults, algorithm, steps_left);

  if (!list)
    return by_default;
  if (list[0] == '-')
    return by_default && !is_in(list + 1, algorithm, steps_left);
  if (list[0] == '+' || list[0] == '^')
    return by_default || is_in(list + 1, algorithm, steps_left);
  return is_in(list, algorithm, steps_left);
}

bool
key_algorithms_accept(const char *list, const char *type, guint64 *steps_left)
{
  if (accepts(list, type, steps_left))
    return true;
  for (guint i = 0; i < G_N_ELEMENTS(more_ways); i++)
    if (strcmp(more_ways[i].type, type) == 0 && accepts(list, more_ways[i].algorithm, steps_left))
      return true;
  return false;
}

bool
key_algorithms_too_short(const char *type, gint64 bits, guint64 least)
{
  return strcmp(type, "ssh-rsa") == 0 && (guint64)bits < MAX(least, (guint64)RSA_BITS_MIN);
}
