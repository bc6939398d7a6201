/* SPDX-License-Identifier: Apache-2.0 */
/* User namespaces: texts that are maps, texts that are none, and numbers through them. */
#include "guest/idmap.h"

#define CONTAINER "uid 0 100000 65536, gid 0 200000 65536"

static const struct {
  const char *text; /* NULL for no map */
  guint32 host, uid, gid;
} numbers[] = {
    {NULL, 0, 0, 0},
    {NULL, 4294967295, 4294967295, 4294967295},
    {CONTAINER, 0, 65534, 65534},
    {CONTAINER, 99999, 65534, 65534},
    {CONTAINER, 100000, 0, 65534},
    {CONTAINER, 101000, 1000, 65534},
    {CONTAINER, 165535, 65535, 65534},
    {CONTAINER, 165536, 65534, 65534},
    {CONTAINER, 200007, 65534, 7},
    {"uid 0 1000 1,uid 1 100000 10,gid 5 6 1", 1000, 0, 65534},
    {"uid 0 1000 1,uid 1 100000 10,gid 5 6 1", 100009, 10, 65534},
    {"uid 0 1000 1,uid 1 100000 10,gid 5 6 1", 6, 65534, 5},
    {"uid 0 0 4294967295", 4294967294, 4294967294, 65534},
    {"uid 0 4294967295 1", 4294967295, 0, 65534},
    {"uid 7 0 0", 0, 65534, 65534},
};

static const char *const refused[] = {
    "",
    " ",
    ",",
    CONTAINER ",",
    "uid",
    "uid 0 100000",
    "uid 0 100000 65536 1",
    "uid  0 100000 65536",
    "uid -1 0 1",
    "uid +1 0 1",
    "uid 0x0 0 1",
    "uid 0 0 4294967296",
    "uid 1 0 4294967296",
    "uid 4294967295 0 2",
    "uid 0 4294967295 2",
    "uid 0 18446744073709551616 1",
    "pid 0 0 1",
    "UID 0 0 1",
};

static void
test_numbers(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
    g_autoptr(Idmap) map = numbers[i].text ? idmap_parse(numbers[i].text) : NULL;

    g_assert_true(map || !numbers[i].text);
    g_assert_cmpuint(idmap_uid(map, numbers[i].host), ==, numbers[i].uid);
    g_assert_cmpuint(idmap_gid(map, numbers[i].host), ==, numbers[i].gid);
  }
}

static void
test_refused(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
    g_test_message("%s", refused[i]);
    g_assert_null(idmap_parse(refused[i]));
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/idmap/numbers", test_numbers);
  g_test_add_func("/idmap/refused", test_refused);
  return g_test_run();
}
