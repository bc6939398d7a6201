/* SPDX-License-Identifier: Apache-2.0 */
/* Requests there and back, and what is none. */
#include "cmd/fleet/request.h"

#include <string.h>

static struct request *
read_text(const char *text, GError **error)
{
  FILE *file = tmpfile();

  g_assert_nonnull(file);
  fputs(text, file);
  rewind(file);
  struct request *request = request_read(file, error);
  fclose(file);
  return request;
}

static void
test_round_trip(void)
{
  static const char *const domains[] = {"web-1", "a \"name\"\n", NULL};
  g_autoptr(Request) written = request_new();
  FILE *file = tmpfile();

  g_assert_nonnull(file);
  written->uri = g_strdup("esx://me:secret@host/");
  written->gone = 1;
  written->deadline = 60;
  request_add_words(written->domains, domains);
  request_add_words(written->templates, NULL);
  g_assert_true(request_write(written, file));
  rewind(file);
  g_autoptr(Request) request = request_read(file, NULL);
  fclose(file);

  g_autofree const char **texts = request_texts(request->domains);
  g_assert_cmpstr(request->uri, ==, "esx://me:secret@host/");
  g_assert_cmpstr(texts[0], ==, domains[0]);
  g_assert_cmpstr(texts[1], ==, domains[1]);
  g_assert_null(texts[2]);
  g_assert_null(request_texts(request->templates));
  g_assert_cmpint(request->gone, ==, 1);
  g_assert_cmpint(request->deadline, ==, 60);
  g_assert_cmpint(request->check, ==, FACT_UNKNOWN);
}

static void
test_empty(void)
{
  g_autoptr(Request) request = read_text("{}", NULL);

  g_assert_nonnull(request);
  g_assert_null(request->uri);
  g_assert_cmpint(request->readers, ==, FACT_UNKNOWN);
}

static void
test_refused(void)
{
  static const char *const cases[] = {
      "",
      "[]",
      "{\"uri\":1}",
      "{\"uri\":\"a\",\"uri\":\"b\"}",
      "{\"password\":\"secret\"}",
      "{\"domains\":[{}]}",
      "{} {}",
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;

    g_assert_null(read_text(cases[i], &error));
    g_assert_true(g_str_has_prefix(error->message, "the request"));
    g_assert_null(strstr(error->message, "secret"));
  }
}

static void
test_long(void)
{
  g_autofree char *blanks = g_strnfill(1 << 20, ' ');
  g_autofree char *text = g_strconcat("{}", blanks, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_null(read_text(text, &error));
  g_assert_error(error, REQUEST_ERROR, REQUEST_ERROR_READ);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/request/round-trip", test_round_trip);
  g_test_add_func("/request/empty", test_empty);
  g_test_add_func("/request/refused", test_refused);
  g_test_add_func("/request/long", test_long);
  return g_test_run();
}
