/* SPDX-License-Identifier: Apache-2.0 */
/* The crew: a reader for each guest, its questions, and one (fake_reader.c) that misbehaves. */
#include "guest/reader_crew.h"
#include "guest/reader_worker.h"
#include "tests/unit/misdeeds.h"
#include "tests/unit/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ASK_MS 100 /* how long an agent takes */

static void
take_guest(struct guest *guest, gpointer data)
{
  g_ptr_array_add(data, guest);
}

/* An agent as the domain's name says. */
static struct agent_answer
ask(const char *domain, const struct agent_question *question, guint left_ms, gpointer data)
{
  g_atomic_int_inc((gint *)data);
  if (strcmp(domain, "asks") == 0)
    return (struct agent_answer){AGENT_REPLIED,
                                 g_strdup_printf("%d %s %d %d", (int)question->kind, question->path,
                                                 (int)question->handle, (int)question->count)};
  if (g_str_has_prefix(domain, "asks-slow"))
    g_usleep(1000 * (gulong)MIN(left_ms, ASK_MS));
  return (struct agent_answer){.outcome = AGENT_LATE};
}

struct fixture {
  GPtrArray *guests;
  gint questions;
  struct reader_crew *crew;
};

static struct reader_crew *
crew_new(struct fixture *fixture, guint deadline_ms)
{
  const struct reader_crew_options options = {FAKE_READER, 4, deadline_ms};
  g_autoptr(GError) error = NULL;
  struct reader_crew *crew = reader_crew_new(&options, ask, &fixture->questions, &error);

  g_assert_no_error(error);
  return crew;
}

static void
setup(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  fixture->guests = shape_list_new();
  fixture->crew = crew_new(fixture, 10000);
}

static void
teardown(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  reader_crew_free(fixture->crew);
  g_ptr_array_unref(fixture->guests);
}

static void
shorten_deadline(struct fixture *fixture)
{
  reader_crew_free(fixture->crew);
  fixture->crew = crew_new(fixture, MISDEED_DEADLINE_MS);
}

static void
submit(struct fixture *fixture, const char *domain)
{
  reader_crew_submit(fixture->crew, reader_job_new(domain, ROAD_AGENT));
}

static void
finish(struct fixture *fixture)
{
  reader_crew_finish(fixture->crew, take_guest, fixture->guests);
}

static const struct guest *
assert_guest(struct fixture *fixture, guint i, const char *domain, const char *status)
{
  g_assert_cmpuint(i, <, fixture->guests->len);
  const struct guest *guest = fixture->guests->pdata[i];

  g_assert_cmpstr(guest->domain, ==, domain);
  g_assert_cmpstr(guest->status, ==, status);
  return guest;
}

static void
assert_crashed(struct fixture *fixture, const char *domain, const char *why)
{
  submit(fixture, domain);
  finish(fixture);
  const struct guest *guest =
      assert_guest(fixture, fixture->guests->len - 1, domain, GUEST_READER_CRASHED);

  g_assert_nonnull(strstr(guest->detail, why));
}

/* Every misdeed costs its own guest, side by side with the others, and they come in order. */
static void
test_misdeeds(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  shorten_deadline(fixture);
  for (guint i = 0; i < G_N_ELEMENTS(misdeeds); i++) {
    submit(fixture, misdeeds[i].domain);
    submit(fixture, "good");
  }
  finish(fixture);
  g_assert_cmpuint(fixture->guests->len, ==, 2 * G_N_ELEMENTS(misdeeds));
  for (guint i = 0; i < G_N_ELEMENTS(misdeeds); i++) {
    const struct guest *guest =
        assert_guest(fixture, 2 * i, misdeeds[i].domain, misdeeds[i].status);

    g_assert_nonnull(strstr(guest->detail, misdeeds[i].detail));
    assert_guest(fixture, 2 * i + 1, "good", GUEST_OK);
  }
}

static void
test_order(struct fixture *fixture, gconstpointer data)
{
  struct guest *known = guest_new();

  (void)data;
  known->domain = g_strdup("known");
  known->road = g_strdup(ROAD_AGENT);
  known->status = g_strdup(GUEST_NO_AGENT);
  submit(fixture, "slow");
  reader_crew_submit_known(fixture->crew, known);
  submit(fixture, "1");
  finish(fixture);
  submit(fixture, "2");
  finish(fixture);
  finish(fixture);
  g_assert_cmpuint(fixture->guests->len, ==, 4);
  assert_guest(fixture, 0, "slow", GUEST_OK);
  assert_guest(fixture, 1, "known", GUEST_NO_AGENT);
  assert_guest(fixture, 2, "1", GUEST_OK);
  assert_guest(fixture, 3, "2", GUEST_OK);
}

static void
test_questions(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  submit(fixture, "asks");
  finish(fixture);
  g_assert_cmpstr(assert_guest(fixture, 0, "asks", GUEST_OK)->detail, ==,
                  "[0 0 /etc/machine-id 1000 1000][0 1 /etc/machine-id 1001 1001]"
                  "[0 2 /etc/machine-id 1002 1002][0 3 /etc/machine-id 1003 1003]");
}

static void
test_bad_questions(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  assert_crashed(fixture, "asks-nonsense", "question");
  assert_crashed(fixture, "asks-between", "too long");
  assert_crashed(fixture, "asks-deaf", "SIG");
  g_assert_cmpint(fixture->questions, <=, WORKER_QUESTIONS_MAX);
  fixture->questions = 0;
  assert_crashed(fixture, "asks-without-end", "too many");
  g_assert_cmpint(fixture->questions, ==, WORKER_QUESTIONS_MAX);
}

/* A reader on another road has nobody to ask. */
static void
test_other_road(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  reader_crew_submit(fixture->crew, reader_job_new("asks", ROAD_ROOTFS));
  finish(fixture);
  const struct guest *guest = assert_guest(fixture, 0, "asks", GUEST_READER_CRASHED);
  g_assert_nonnull(strstr(guest->detail, "may ask none"));
  g_assert_cmpint(fixture->questions, ==, 0);
}

static struct agent_answer
flood(const char *domain, const struct agent_question *question, guint left_ms, gpointer data)
{
  gsize size = question->kind == AGENT_INFO ? AGENT_REPLY_MAX : AGENT_REPLY_MAX + 1;

  (void)domain;
  (void)left_ms;
  (void)data;
  return (struct agent_answer){AGENT_REPLIED, g_strnfill(size, 'x')};
}

/* The longest reply arrives; what is longer does not. */
static void
test_long_reply(void)
{
  const struct reader_crew_options options = {FAKE_READER, 1, 10000};
  g_autoptr(GPtrArray) guests = shape_list_new();
  struct reader_crew *crew = reader_crew_new(&options, flood, NULL, NULL);

  reader_crew_submit(crew, reader_job_new("asks-lengths", ROAD_AGENT));
  reader_crew_finish(crew, take_guest, guests);
  reader_crew_free(crew);
  g_assert_cmpstr(((const struct guest *)guests->pdata[0])->detail, ==, "[0 65536][5 0][5 0][5 0]");
}

/* The deadline is the guest's, however short each question is; and nobody waits for others. */
static void
test_deadline(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  shorten_deadline(fixture);
  gint64 before = g_get_monotonic_time();
  for (guint i = 0; i < 4; i++)
    submit(fixture, "asks-slowly-without-end");
  finish(fixture);
  gint64 after = g_get_monotonic_time();
  /* The last quarter is for closing files. */
  g_assert_cmpint(after - before, >=, MISDEED_DEADLINE_MS * 1000 * 3 / 4);
  g_assert_cmpint(after - before, <, 3 * MISDEED_DEADLINE_MS * 1000);
  for (guint i = 0; i < 4; i++) {
    const struct guest *guest = assert_guest(fixture, i, "asks-slowly-without-end", GUEST_TIMEOUT);

    g_assert_nonnull(strstr(guest->detail, "0.3 s"));
  }
  g_assert_cmpint(fixture->questions, >=, 4);
  g_assert_cmpint(fixture->questions, <=, 4 * (MISDEED_DEADLINE_MS / ASK_MS + 1));
}

/* Freed in the middle: the readers die, and nothing is delivered any more. */
static void
test_free_early(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  for (guint i = 0; i < 10; i++)
    submit(fixture, i == 5 ? "asks-slowly-without-end" : "hang");
  g_usleep(50000);
  g_clear_pointer(&fixture->crew, reader_crew_free);
  g_assert_cmpuint(fixture->guests->len, ==, 0);
  g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
  g_assert_cmpint(errno, ==, ECHILD);
}

static void
test_job(struct fixture *fixture, gconstpointer data)
{
  struct reader_job *job = reader_job_new("job", ROAD_ROOTFS);

  (void)data;
  job->directory = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  job->idmap = g_strdup("uid 0 100000 65536");
  job->live = true;
  reader_crew_submit(fixture->crew, job);
  reader_crew_submit(fixture->crew, reader_job_new("job", ROAD_AGENT));
  finish(fixture);
  g_assert_cmpstr(assert_guest(fixture, 0, "job", GUEST_OK)->detail, ==,
                  "rootfs uid 0 100000 65536 1 1");
  g_assert_cmpstr(assert_guest(fixture, 1, "job", GUEST_OK)->detail, ==, "agent - 0 0");
}

static void
test_many(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  for (guint i = 0; i < 200; i++) {
    g_autofree char *domain = g_strdup_printf("%u", i);
    submit(fixture, domain);
  }
  finish(fixture);
  for (guint i = 0; i < 200; i++) {
    g_autofree char *domain = g_strdup_printf("%u", i);
    assert_guest(fixture, i, domain, GUEST_OK);
  }
}

static void
test_start(void)
{
  g_autoptr(Tree) tree = tree_new();
  g_autofree char *script = tree_host_path(tree, "/script");
  g_autoptr(GPtrArray) guests = shape_list_new();
  g_autoptr(GError) error = NULL;
  struct reader_crew_options options = {"/no/where", 1, 1000};

  g_assert_null(reader_crew_new(&options, NULL, NULL, &error));
  g_assert_error(error, READER_ERROR, READER_ERROR_START);
  tree_add_file(tree, "/script", "no program\n");
  g_assert_no_errno(chmod(script, 0755));
  options.program = script;
  struct reader_crew *crew = reader_crew_new(&options, NULL, NULL, NULL);
  reader_crew_submit(crew, reader_job_new("good", ROAD_AGENT));
  reader_crew_finish(crew, take_guest, guests);
  reader_crew_free(crew);
  const struct guest *guest = guests->pdata[0];
  g_assert_cmpstr(guest->status, ==, GUEST_READER_CRASHED);
  g_assert_nonnull(strstr(guest->detail, "Exec format error"));
}

int
main(int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test)(struct fixture *fixture, gconstpointer data);
  } tests[] = {
      {"/reader-crew/misdeeds", test_misdeeds},
      {"/reader-crew/order", test_order},
      {"/reader-crew/questions", test_questions},
      {"/reader-crew/bad-questions", test_bad_questions},
      {"/reader-crew/other-road", test_other_road},
      {"/reader-crew/deadline", test_deadline},
      {"/reader-crew/free-early", test_free_early},
      {"/reader-crew/job", test_job},
      {"/reader-crew/many", test_many},
  };

  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
    g_test_add(tests[i].name, struct fixture, NULL, setup, tests[i].test, teardown);
  g_test_add_func("/reader-crew/long-reply", test_long_reply);
  g_test_add_func("/reader-crew/start", test_start);
  return g_test_run();
}
