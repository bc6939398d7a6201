/* SPDX-License-Identifier: Apache-2.0 */
/* The patterns of from="…". */
#include "guest/ssh/key/from_patterns.h"

#include <arpa/inet.h>
#include <glib.h>
#include <string.h>

#define ADDRESS_MAX 63 /* a longer pattern is no address for sshd, but one of names */
#define MASK_MAX    128

struct address {
  _Alignas(struct in6_addr) guint8 bytes[sizeof(struct in6_addr)];
  guint bits;
};

/* False when the first `length` bytes are no address. "10" is one, as for getaddrinfo(3). */
static bool
parse_address(const char *text, gsize length, struct address *ret_address)
{
  g_autofree char *address = g_strndup(text, length);

  /* What inet_aton() passes over behind an address. */
  if (strpbrk(address, " \t\n\v\f\r"))
    return false;
  if (inet_aton(address, (struct in_addr *)(void *)ret_address->bytes))
    ret_address->bits = 32;
  else if (inet_pton(AF_INET6, address, ret_address->bytes) == 1)
    ret_address->bits = 128;
  else
    return false;
  return true;
}

/* Whether all bits behind the first `mask` are zero. */
static bool
is_network(const struct address *address, guint mask)
{
  for (guint i = mask; i < address->bits; i++)
    if ((address->bytes[i / 8] & (0x80 >> i % 8)) != 0)
      return false;
  return mask <= address->bits;
}

/* One that is neither an address nor a network is one of names: always valid. */
static bool
is_valid(const char *pattern)
{
  const char *slash = strchr(pattern, '/');
  struct address address;
  guint64 mask;

  if (!slash || strlen(pattern) > ADDRESS_MAX ||
      !g_ascii_string_to_unsigned(slash + 1, 10, 0, MASK_MAX, &mask, NULL))
    return true;
  if (!parse_address(pattern, (gsize)(slash - pattern), &address))
    return true;
  return is_network(&address, (guint)mask);
}

bool
from_patterns_valid(const char *list)
{
  g_auto(GStrv) patterns = g_strsplit(list, ",", -1);

  for (char **pattern = patterns; *pattern; pattern++) {
    const char *plain = **pattern == '!' ? *pattern + 1 : *pattern;

    if (*plain == '\0' || !is_valid(plain))
      return false;
  }
  return *list != '\0';
}
