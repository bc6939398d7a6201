/* SPDX-License-Identifier: Apache-2.0 */
/* Words for moments. */
#include "store/ledger.h"
#include "store/moment.h"

#define NOW 1795348800 /* 2026-11-22 12:00:00 UTC, in Berlin 13:00 */

struct word {
  const char *text;
  gint64 scan_id, time;
};

/* In Europe/Berlin: an hour ahead of UTC, two in summer. */
static const struct word words[] = {
    {"1", 1, 0},
    {"17", 17, 0},
    {"2026", 2026, 0},
    {"9223372036854775807", G_MAXINT64, 0},
    {"2026-11-22", 0, NOW - 13 * 3600},
    {"2026-07-01", 0, 1782856800},
    {"2026-11-22 10:00", 0, NOW - 3 * 3600},
    {"2026-11-22T10:00", 0, NOW - 3 * 3600},
    {"2026-11-22 10:00:07", 0, NOW - 3 * 3600 + 7},
    {"2026-11-22T10:00:00Z", 0, NOW - 2 * 3600},
    {"2026-11-22 10:00Z", 0, NOW - 2 * 3600},
    {"2026-11-22T10:00:00+05:30", 0, NOW - 7 * 3600 - 1800},
    {"2026-11-22T10:00:00-01:00", 0, NOW - 3600},
    {"2024-02-29T00:00Z", 0, 1709164800},
    {"1970-01-01T00:00Z", 0, 0},
    {"now", 0, NOW},
    {"today", 0, NOW - 13 * 3600},
    {"yesterday", 0, NOW - 37 * 3600},
    {"90min ago", 0, NOW - 5400},
    {"12h ago", 0, NOW - 12 * 3600},
    {"7d ago", 0, NOW - 7 * 86400},
    {"7 d ago", 0, NOW - 7 * 86400},
    {"2w ago", 0, NOW - 14 * 86400},
    {"-30s", 0, NOW - 30},
    {"-7d", 0, NOW - 7 * 86400},
};

static const char *const refused[] = {
    "",
    "0",
    "-1",
    "+1",
    " 1",
    "1 ",
    "1\n",
    "0x1",
    "1.5",
    "9223372036854775808",
    "2026-11",
    "2026-1-2",
    "2026-13-01",
    "2026-02-29",
    "2026-11-31",
    "0000-01-01",
    "2026-11-22 ",
    "2026-11-22 1:00",
    "2026-11-22 24:00",
    "2026-11-22 10:60",
    "2026-11-22 10:00:60",
    "2026-11-22 10:00:00.5Z",
    "2026-11-22Z",
    "2026-11-22T10:00:00 Z",
    "2026-11-22T10:00+0100",
    "2026-11-22T10:00+99:99",
    "tomorrow",
    "Yesterday",
    "7d",
    "-7",
    "7y ago",
    "0d ago",
    "-0d",
    "7d ago now",
    "9223372036854775807d ago",
    "99999999w ago",
};

static void
test_words(void)
{
  for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
    const struct word *word = &words[i];
    struct moment moment = {-1, -1};
    GError *error = NULL;

    g_test_message("%s", word->text);
    g_assert_true(moment_parse(word->text, NOW, &moment, &error));
    g_assert_no_error(error);
    g_assert_cmpint(moment.scan_id, ==, word->scan_id);
    g_assert_cmpint(moment.time, ==, word->time);
  }
}

static void
test_refused(void)
{
  for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
    struct moment moment = {-1, -1};
    g_autoptr(GError) error = NULL;

    g_test_message("'%s'", refused[i]);
    g_assert_false(moment_parse(refused[i], NOW, &moment, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_MOMENT);
    g_assert_cmpint(moment.scan_id, ==, -1);
    g_assert_cmpint(moment.time, ==, -1);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", TRUE);
  g_test_add_func("/store/moment/words", test_words);
  g_test_add_func("/store/moment/refused", test_refused);
  return g_test_run();
}
