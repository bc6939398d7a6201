/* SPDX-License-Identifier: Apache-2.0 */
/* What a process said last, whatever it says, and however much. */
#include "cmd/fleet/stderr_tail.h"

#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#define FLOOD_CHUNKS 100

struct fixture {
  int files[2]; /* a pipe, to be read without waiting */
  struct stderr_tail tail;
};

static void
set_up(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_assert_true(g_unix_open_pipe(fixture->files, FD_CLOEXEC, NULL));
  g_assert_true(g_unix_set_fd_nonblocking(fixture->files[0], TRUE, NULL));
}

static void
tear_down(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  close(fixture->files[0]);
  stderr_tail_clear(&fixture->tail);
}

static void
say(struct fixture *fixture, const char *text)
{
  g_assert_cmpint(write(fixture->files[1], text, strlen(text)), ==, (ssize_t)strlen(text));
  stderr_tail_read(&fixture->tail, fixture->files[0]);
}

static void
assert_text(const struct fixture *fixture, const char *expected)
{
  g_autofree char *text = stderr_tail_text(&fixture->tail);

  g_assert_cmpstr(text, ==, expected);
}

static void
test_lines(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  static const struct {
    const char *said, *text; /* of all that was said until then */
  } cases[] = {
      {"\r\n \n", NULL},
      {"no route", "no route"},
      {" to host\n", "no route to host"},
      {"\n  second\r\n\r\nthird\n", "no route to host / second / third"},
      {"fourth\n", "second / third / fourth"},
      {"\033[31mred\t\xe2\x80\xae\n", "third / fourth /  [31mred  "},
      {"\xff\n", "fourth /  [31mred   / \xef\xbf\xbd"},
  };

  assert_text(fixture, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    say(fixture, cases[i].said);
    assert_text(fixture, cases[i].text);
    g_assert_false(fixture->tail.ended);
  }
  close(fixture->files[1]);
  stderr_tail_read(&fixture->tail, fixture->files[0]);
  g_assert_true(fixture->tail.ended);
}

/* Neither time nor memory is theirs who write without end. */
static void
test_flood(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autofree char *dots = g_strnfill(4096, '.');

  for (guint i = 0; i < FLOOD_CHUNKS; i++) {
    say(fixture, dots);
    g_assert_cmpuint(fixture->tail.text->len, <=, 4096);
  }
  say(fixture, "\nthe end\n");
  g_autofree char *text = stderr_tail_text(&fixture->tail);
  g_assert_cmpuint(strlen(text), <=, 1024);
  close(fixture->files[1]);
}

#define ADD(name, test)                                                                            \
  g_test_add("/stderr-tail/" name, struct fixture, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  ADD("lines", test_lines);
  ADD("flood", test_flood);
  return g_test_run();
}
