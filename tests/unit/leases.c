/* SPDX-License-Identifier: Apache-2.0 */
/* Which interface gets which addresses; a driver without networks has none to give. */
#include "hypervisor/leases.h"

#include <string.h>

#define MAC "52:54:00:12:34:56"

static struct interface *
add_interface(struct domain *domain, const char *type, const char *source, const char *mac)
{
  struct interface *interface = interface_new();

  interface->type = g_strdup(type);
  interface->source = g_strdup(source);
  interface->mac = g_strdup(mac);
  g_ptr_array_add(domain->interfaces, interface);
  return interface;
}

static virConnectPtr
connect_test(void)
{
  virConnectPtr connection = virConnectOpenReadOnly("test:///default");

  g_assert_nonnull(connection);
  return connection;
}

static void
test_apply(void)
{
  virConnectPtr connection = connect_test();
  g_autoptr(Leases) leases = leases_new(connection);
  g_autoptr(Domain) domain = domain_new();
  const struct interface *first = add_interface(domain, "network", "lab", MAC);
  const struct interface *other = add_interface(domain, "network", "field", MAC);
  const struct interface *bridge = add_interface(domain, "bridge", "lab", MAC);
  const struct interface *nameless = add_interface(domain, "network", NULL, NULL);

  leases_add(leases, "lab", "52:54:00:12:34:56", "192.0.2.9");
  leases_add(leases, "lab", MAC, "192.0.2.10");
  leases_add(leases, "lab", "52:54:00:12:34:56", "192.0.2.9");
  leases_add(leases, "lab", MAC, "2001:db8::1");
  leases_add(leases, "lab", MAC, "192.0.2.999");
  leases_add(leases, "lab", MAC, "evil\n");
  domain->state = g_strdup("running");
  leases_apply(leases, domain);
  g_assert_cmpstr(first->addresses, ==, "192.0.2.10 192.0.2.9 2001:db8::1");
  g_assert_null(other->addresses);
  g_assert_null(bridge->addresses);
  g_assert_null(nameless->addresses);
  virConnectClose(connection);
}

static void
test_shut_off(void)
{
  virConnectPtr connection = connect_test();
  g_autoptr(Leases) leases = leases_new(connection);
  g_autoptr(Domain) domain = domain_new();
  const struct interface *interface = add_interface(domain, "network", "lab", MAC);

  leases_add(leases, "lab", MAC, "192.0.2.10");
  domain->state = g_strdup("shut off");
  leases_apply(leases, domain);
  g_assert_null(interface->addresses);
  virConnectClose(connection);
}

static void
test_limit(void)
{
  virConnectPtr connection = connect_test();
  g_autoptr(Leases) leases = leases_new(connection);
  g_autoptr(Domain) domain = domain_new();
  const struct interface *interface = add_interface(domain, "network", "lab", MAC);

  for (guint i = 0; i < 256; i++) {
    g_autofree char *address = g_strdup_printf("2001:db8:1234:5678:9abc:def0:1234:%x", 0x1000 + i);

    leases_add(leases, "lab", MAC, address);
  }
  domain->state = g_strdup("running");
  leases_apply(leases, domain);
  g_assert_cmpuint(strlen(interface->addresses), <=, FIELD_TEXT_MAX);
  g_auto(GStrv) texts = g_strsplit(interface->addresses, " ", -1);
  g_assert_cmpuint(g_strv_length(texts), ==, LEASES_MAX);
  virConnectClose(connection);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/leases/apply", test_apply);
  g_test_add_func("/leases/shut-off", test_shut_off);
  g_test_add_func("/leases/limit", test_limit);
  return g_test_run();
}
