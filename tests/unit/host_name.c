/* SPDX-License-Identifier: Apache-2.0 */
/* What may stand before a key in known_hosts, and what must not. */
#include "cmd/keys/host_name.h"

#include <string.h>

static const struct {
  const char *text, *name; /* NULL: none */
} names[] = {
    {"web-1", "web-1"},
    {"WEB-1.Example.ORG", "web-1.example.org"},
    {"win10_x64", "win10_x64"},
    {"_srv", "_srv"},
    {"1st", "1st"},
    {"a", "a"},
    {"3.example", "3.example"},
    {"", NULL},
    {".", NULL},
    {".a", NULL},
    {"a.", NULL},
    {"a..b", NULL},
    {"-a", NULL},
    {"a-", NULL},
    {"a.-b", NULL},
    {"a b", NULL},
    {"a\tb", NULL},
    {"a\nb", NULL},
    {"a,b", NULL},
    {"*", NULL},
    {"a*", NULL},
    {"a?", NULL},
    {"!a", NULL},
    {"|1|a|b", NULL},
    {"@a", NULL},
    {"#a", NULL},
    {"[a]:22", NULL},
    {"a:b", NULL},
    {"a/b", NULL},
    {"a\\b", NULL},
    {"\"a\"", NULL},
    {"b\xc3\xbc"
     "cher",
     NULL},
    {"\xff", NULL},
    {"10.0.0.1", NULL},
    {"10.1", NULL},
    {"10", NULL},
    {"0x7f000001", NULL},
    {"0x7f.1", NULL},
    {"localhost", NULL},
    {"LocalHost.localdomain", NULL},
    {"a.localhost", NULL},
    {"notlocalhost", "notlocalhost"},
};

static const struct {
  const char *text, *address;
} addresses[] = {
    {"192.0.2.7", "192.0.2.7"},
    {"2001:DB8:0:0::7", "2001:db8::7"},
    {"fd00::1", "fd00::1"},
    {"", NULL},
    {"192.0.2.7 ", NULL},
    {"192.0.2.7/24", NULL},
    {"192.0.2", NULL},
    {"192.0.2.007", NULL},
    {"0.0.0.0", NULL},
    {"127.0.0.53", NULL},
    {"169.254.1.1", NULL},
    {"224.0.0.1", NULL},
    {"255.255.255.255", NULL},
    {"::", NULL},
    {"::1", NULL},
    {"fe80::1", NULL},
    {"fe80::1%eth0", NULL},
    {"ff02::1", NULL},
    {"::ffff:10.0.0.1", NULL},
    {"*", NULL},
};

static void
test_names(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *name = host_name_of(names[i].text);
    g_assert_cmpstr(name, ==, names[i].name);
  }
}

/*
 * Of every byte alone, and in the middle of a name, none gets through but what names are made of.
 */
static void
test_bytes(void)
{
  for (int byte = 1; byte < 256; byte++) {
    const char text[] = {'a', (char)byte, 'b', '\0'};
    g_autofree char *name = host_name_of(text);

    g_assert_cmpint(name != NULL, ==, g_ascii_isalnum((char)byte) || strchr("-_.", byte) != NULL);
  }
}

static void
test_lengths(void)
{
  g_autofree char *label = g_strnfill(63, 'a');
  g_autofree char *long_label = g_strnfill(64, 'a');
  g_autofree char *longest = g_strdup_printf("%s.%s.%s.%.61s", label, label, label, label);
  g_autofree char *too_long = g_strconcat(longest, "a", NULL);
  g_autofree char *taken = host_name_of(label), *longest_taken = host_name_of(longest);

  g_assert_cmpstr(taken, ==, label);
  g_assert_cmpstr(longest_taken, ==, longest);
  g_assert_null(host_name_of(long_label));
  g_assert_null(host_name_of(too_long));
}

static void
test_addresses(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
    g_autofree char *address = host_name_of_address(addresses[i].text);
    g_assert_cmpstr(address, ==, addresses[i].address);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/host-name/names", test_names);
  g_test_add_func("/host-name/bytes", test_bytes);
  g_test_add_func("/host-name/lengths", test_lengths);
  g_test_add_func("/host-name/addresses", test_addresses);
  return g_test_run();
}
