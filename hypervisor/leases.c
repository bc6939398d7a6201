/* SPDX-License-Identifier: Apache-2.0 */
/* Leases of all networks, by network and MAC address. */
#include "hypervisor/leases.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

struct leases {
  virConnectPtr connection;
  bool asked;
  GHashTable *by_interface; /* "network MAC" -> GPtrArray of char * */
};

struct leases *
leases_new(virConnectPtr connection)
{
  struct leases *leases = g_new(struct leases, 1);

  *leases = (struct leases){
      .connection = connection,
      .by_interface =
          g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref),
  };
  return leases;
}

void
leases_free(struct leases *leases)
{
  if (!leases)
    return;
  g_hash_table_unref(leases->by_interface);
  g_free(leases);
}

static char *
key_of(const char *network, const char *mac)
{
  g_autofree char *lower = g_ascii_strdown(mac, -1);

  return g_strconcat(network, " ", lower, NULL);
}

static bool
is_address(const char *text)
{
  struct in6_addr bytes; /* the larger one */

  return inet_pton(AF_INET, text, &bytes) == 1 || inet_pton(AF_INET6, text, &bytes) == 1;
}

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
leases_add(struct leases *leases, const char *network, const char *mac, const char *address)
{
  g_autofree char *key = key_of(network, mac);
  GPtrArray *addresses = g_hash_table_lookup(leases->by_interface, key);

  if (!is_address(address))
    return;
  if (!addresses) {
    addresses = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_insert(leases->by_interface, g_steal_pointer(&key), addresses);
  }
  if (addresses->len == LEASES_MAX ||
      g_ptr_array_find_with_equal_func(addresses, address, g_str_equal, NULL))
    return;
  g_ptr_array_add(addresses, g_strdup(address));
  g_ptr_array_sort(addresses, compare_texts);
}

static void
ask_network(struct leases *leases, virNetworkPtr network)
{
  virNetworkDHCPLeasePtr *found = NULL;
  int count = virNetworkGetDHCPLeases(network, NULL, &found, 0);

  for (int i = 0; i < count; i++) {
    if (found[i]->mac && found[i]->ipaddr)
      leases_add(leases, virNetworkGetName(network), found[i]->mac, found[i]->ipaddr);
    virNetworkDHCPLeaseFree(found[i]);
  }
  free(found);
}

static void
ask_once(struct leases *leases)
{
  virNetworkPtr *networks = NULL;
  int count = 0;

  if (!leases->asked)
    count =
        virConnectListAllNetworks(leases->connection, &networks, VIR_CONNECT_LIST_NETWORKS_ACTIVE);
  leases->asked = true;
  for (int i = 0; i < count; i++) {
    ask_network(leases, networks[i]);
    virNetworkFree(networks[i]);
  }
  free(networks);
}

static bool
is_of_network(const struct interface *interface)
{
  return interface->mac && interface->source && g_strcmp0(interface->type, "network") == 0;
}

static void
apply_to(struct leases *leases, struct interface *interface)
{
  ask_once(leases);
  g_autofree char *key = key_of(interface->source, interface->mac);
  const GPtrArray *addresses = g_hash_table_lookup(leases->by_interface, key);

  if (!addresses)
    return;
  GString *text = g_string_new(addresses->pdata[0]);
  for (guint i = 1; i < addresses->len; i++)
    g_string_append_printf(text, " %s", (const char *)addresses->pdata[i]);
  interface->addresses = g_string_free(text, FALSE);
}

void
leases_apply(struct leases *leases, struct domain *domain)
{
  if (!domain->state || strcmp(domain->state, "shut off") == 0)
    return;
  for (guint i = 0; i < domain->interfaces->len; i++)
    if (is_of_network(domain->interfaces->pdata[i]))
      apply_to(leases, domain->interfaces->pdata[i]);
}
