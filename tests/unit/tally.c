/* SPDX-License-Identifier: Apache-2.0 */
/* Streams counted as they pass by, whole or byte by byte, and what is none. */
#include "cmd/fleet/tally.h"

#include <string.h>

#define BEGIN                                                                                      \
  "{\"kind\":\"collection\",\"version\":2,\"tool\":\"t\",\"uri\":\"qemu:///\",\"at\":1}\n"
#define HYPERVISOR                                                                                 \
  "{\"kind\":\"hypervisor\",\"driver\":\"QEMU\",\"hostname\":\"h\",\"scope\":\"system\","          \
  "\"domain_count\":7}\n"
#define DOMAIN "{\"kind\":\"domain\",\"uuid\":\"00000000-0000-0000-0000-000000000001\"}\n"
#define GUEST  "{\"kind\":\"guest\",\"domain\":\"00000000-0000-0000-0000-000000000001\"}\n"
#define END    "{\"kind\":\"end\",\"status\":\"complete\",\"domains\":1,\"images\":0,\"guests\":2}\n"

static void
feed(struct tally *tally, const char *text, size_t step)
{
  size_t length = strlen(text);

  tally_init(tally);
  for (size_t at = 0; at < length; at += step)
    if (!tally_feed(tally, text + at, MIN(step, length - at)))
      return;
}

static void
test_counts(void)
{
  static const char text[] = BEGIN HYPERVISOR DOMAIN GUEST GUEST END;

  for (size_t step = 1; step <= sizeof text; step += 13) {
    struct tally tally;

    feed(&tally, text, step);
    g_assert_null(tally.wrong);
    g_assert_cmpint(tally.total, ==, 7);
    g_assert_cmpuint(tally.counts[FACT_DOMAIN], ==, 1);
    g_assert_cmpuint(tally.counts[FACT_GUEST], ==, 2);
    g_assert_cmpuint(tally.counts[FACT_HYPERVISOR], ==, 1);
    g_assert_cmpuint(tally.size, ==, strlen(text));
    g_assert_true(tally.ended);
  }
}

static void
test_cut(void)
{
  struct tally tally;

  feed(&tally, BEGIN HYPERVISOR "{\"kind\":\"domain\",\"uu", 64);
  g_assert_null(tally.wrong);
  g_assert_false(tally.ended);
  g_assert_cmpuint(tally.size, ==, strlen(BEGIN HYPERVISOR));
  g_assert_cmpuint(tally.counts[FACT_DOMAIN], ==, 0);
  feed(&tally, BEGIN END GUEST, 64);
  g_assert_false(tally.ended);
}

static void
test_garbage(void)
{
  static const char *const cases[] = {
      "Last login: Thu Jan  1 00:00:00 1970\n",
      "\n",
      "{}\n",
      HYPERVISOR,
      DOMAIN,
      "{\"kind\":\"collection\"}\n",
      "{\"kind\":\"collection\",\"version\":2,\"tool\":\"t\",\"uri\":\"\xff\",\"at\":1}\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    struct tally tally;

    feed(&tally, cases[i], 7);
    g_assert_nonnull(tally.wrong);
    g_assert_false(tally_feed(&tally, BEGIN, strlen(BEGIN)));
  }
}

/* Without a newline nothing ever becomes a line: it is noticed early all the same. */
static void
test_endless(void)
{
  static const char dots[4096] = {0};
  struct tally tally;
  size_t fed = 0;

  tally_init(&tally);
  while (tally_feed(&tally, dots, sizeof dots))
    g_assert_cmpuint(fed += sizeof dots, <, 4 * TALLY_KEPT);
  tally_init(&tally);
  g_assert_true(tally_feed(&tally, BEGIN, strlen(BEGIN)));
  for (fed = 0; tally_feed(&tally, dots, sizeof dots); fed += sizeof dots)
    g_assert_cmpuint(fed, <, STREAM_LINE_MAX);
  g_assert_cmpuint(fed, >, STREAM_LINE_MAX / 2);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/tally/counts", test_counts);
  g_test_add_func("/tally/cut", test_cut);
  g_test_add_func("/tally/garbage", test_garbage);
  g_test_add_func("/tally/endless", test_endless);
  return g_test_run();
}
