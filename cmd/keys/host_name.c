/* SPDX-License-Identifier: Apache-2.0 */
/* Names are let through by what they may hold, never by what they must not. */
#include "cmd/keys/host_name.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#define NAME_MAX_LENGTH  253
#define LABEL_MAX_LENGTH 63

static bool
is_label(const char *label)
{
  static const char letters[] = G_CSET_a_2_z G_CSET_DIGITS "-_";
  const size_t length = strlen(label);

  return length > 0 && length <= LABEL_MAX_LENGTH && strspn(label, letters) == length &&
         label[0] != '-' && label[length - 1] != '-';
}

static bool
has_good_labels(const char *name)
{
  g_auto(GStrv) labels = g_strsplit(name, ".", -1);

  for (char **label = labels; *label; label++)
    if (!is_label(*label))
      return false;
  return *labels != NULL;
}

/* RFC 6761 section 6.3, and the name that systems without one give themselves. */
static bool
is_everybody(const char *name)
{
  return strcmp(name, "localhost") == 0 || g_str_has_prefix(name, "localhost.") ||
         g_str_has_suffix(name, ".localhost");
}

char *
host_name_of(const char *text)
{
  g_autofree char *name = g_ascii_strdown(text, -1);
  struct in_addr address;

  if (strlen(name) > NAME_MAX_LENGTH || !has_good_labels(name) || is_everybody(name) ||
      inet_aton(name, &address))
    return NULL;
  return g_steal_pointer(&name);
}

/* Of no one host: RFC 6890 section 2.2.2, RFC 5771. */
static const struct {
  guint32 network, mask;
} shared_networks[] = {
    {0x00000000, 0xff000000}, /* 0.0.0.0/8: this network */
    {0x7f000000, 0xff000000}, /* 127.0.0.0/8: loopback */
    {0xa9fe0000, 0xffff0000}, /* 169.254.0.0/16: link-local */
    {0xe0000000, 0xe0000000}, /* 224.0.0.0/3: multicast, reserved, broadcast */
};

static bool
is_one_host_4(const struct in_addr *address)
{
  for (guint i = 0; i < G_N_ELEMENTS(shared_networks); i++)
    if ((ntohl(address->s_addr) & shared_networks[i].mask) == shared_networks[i].network)
      return false;
  return true;
}

static bool
is_one_host_6(const struct in6_addr *address)
{
  return !IN6_IS_ADDR_UNSPECIFIED(address) && !IN6_IS_ADDR_LOOPBACK(address) &&
         !IN6_IS_ADDR_LINKLOCAL(address) && !IN6_IS_ADDR_MULTICAST(address) &&
         !IN6_IS_ADDR_V4MAPPED(address);
}

char *
host_name_of_address(const char *text)
{
  char written[INET6_ADDRSTRLEN];
  struct in_addr v4;
  struct in6_addr v6;

  if (inet_pton(AF_INET, text, &v4) == 1 && is_one_host_4(&v4))
    return g_strdup(inet_ntop(AF_INET, &v4, written, sizeof(written)));
  if (inet_pton(AF_INET6, text, &v6) == 1 && is_one_host_6(&v6))
    return g_strdup(inet_ntop(AF_INET6, &v6, written, sizeof(written)));
  return NULL;
}
