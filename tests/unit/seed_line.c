/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that tell cloud-init what to do, as its own parser takes them apart. */
#include "hypervisor/seed_line.h"

#include <string.h>

static const struct {
  const char *line;
  const char *instance_id, *hostname, *fetched_from;
  bool none;
} lines[] = {
    {"ds=nocloud", NULL, NULL, NULL, false},
    {"ds=nocloud;", NULL, NULL, NULL, false},
    {"ds=nocloud-net;i=a;h=b;s=http://c/", "a", "b", "http://c/", false},
    {"ds=nocloud;instance-id=a;local-hostname=b;seedfrom=/c/", "a", "b", "/c/", false},
    {"ds=nocloud;i=a;i=b", "b", NULL, NULL, false},
    {"ds=nocloud;i=a=b", "a=b", NULL, NULL, false},
    {"ds=nocloud;i=;h", NULL, NULL, NULL, false},
    {"ds=nocloud;i=a ds=nocloud;h=b", NULL, "b", NULL, false},
    {"quiet\tds=nocloud;i=a\nro", "a", NULL, NULL, false},
    {"ds=nocloud;s=http://u:p@c:8000/d?e=f#g", NULL, NULL, "http://c:8000/d", false},
    {"ds=nocloud;s=http://u@p@c", NULL, NULL, "http://c", false},
    {"ds=nocloud;s=http://c/u@v", NULL, NULL, "http://c/u@v", false},
    {"ds=nocloud;s=http://c?u@v/", NULL, NULL, "http://c", false},
    {"ds=nocloud;s=file:///srv/seed/", NULL, NULL, "file:///srv/seed/", false},
    {"", NULL, NULL, NULL, true},
    {"Not Specified", NULL, NULL, NULL, true},
    {"ds=nocloudy;i=a", NULL, NULL, NULL, true},
    {"ds=ec2", NULL, NULL, NULL, true},
    {"nods=nocloud;i=a", NULL, NULL, NULL, true},
    {"DS=nocloud;i=a", NULL, NULL, NULL, true},
};

static void
test_lines(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autoptr(Seed) seed = seed_line_parse(lines[i].line, SEED_CMDLINE);

    g_test_message("%s", lines[i].line);
    g_assert_true(!seed == lines[i].none);
    if (!seed)
      continue;
    g_assert_cmpstr(seed->place, ==, SEED_CMDLINE);
    g_assert_cmpstr(seed->instance_id, ==, lines[i].instance_id);
    g_assert_cmpstr(seed->hostname, ==, lines[i].hostname);
    g_assert_cmpstr(seed->fetched_from, ==, lines[i].fetched_from);
    g_assert_true(shape_check(&seed_shape, seed, NULL));
  }
}

/* A value of any length makes a fact: else it would take the whole domain with it. */
static void
test_long(void)
{
  g_autofree char *value = g_strnfill(100000, 'x');
  g_autofree char *line = g_strconcat("ds=nocloud;i=", value, ";s=http://", value, NULL);
  g_autoptr(Seed) seed = seed_line_parse(line, SEED_SERIAL);

  g_assert_nonnull(seed);
  g_assert_true(shape_check(&seed_shape, seed, NULL));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/seed-line/lines", test_lines);
  g_test_add_func("/seed-line/long", test_long);
  return g_test_run();
}
