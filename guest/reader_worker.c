/* SPDX-License-Identifier: Apache-2.0 */
/* One reader's life: started, given guests one by one, lost. */
#include "guest/reader_worker.h"

#include "facts/image.h"
#include "guest/reader_job.h"
#include "guest/reader_question.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#define START_MS       10000
#define DEATH_GRACE_MS 200 /* from a closed socket to the end of the process */

/* What is kept of a guest's time for closing files, and of a short time the part. */
#define CLOSE_MS   1000u
#define CLOSE_PART 4

void
reader_worker_init(struct reader_worker *worker, const char *program, const char *road,
                   guint job_ms)
{
  *worker = (struct reader_worker){
      .program = program,
      .road = road,
      .job_ms = job_ms,
      .answer = g_byte_array_new(),
  };
}

void
reader_worker_clear(struct reader_worker *worker)
{
  int status;

  if (worker->state != WORKER_NONE)
    reader_process_end(&worker->process, 0, &status);
  reader_job_free(worker->job);
  g_byte_array_unref(worker->answer);
  g_free(worker->failure);
}

static void
enter(struct reader_worker *worker, enum worker_state state, guint deadline_ms)
{
  worker->state = state;
  worker->deadline_us = g_get_monotonic_time() + (gint64)deadline_ms * 1000;
  g_byte_array_set_size(worker->answer, 0);
}

bool
reader_worker_start(struct reader_worker *worker, GError **error)
{
  if (!reader_process_start(worker->program, worker->road, &worker->process, error))
    return false;
  worker->guests_read = 0;
  enter(worker, WORKER_STARTING, START_MS);
  return true;
}

int
reader_worker_ms_left(const struct reader_worker *worker)
{
  if (worker->state != WORKER_STARTING && worker->state != WORKER_BUSY)
    return -1;
  gint64 left_us = worker->deadline_us - g_get_monotonic_time();
  return (int)CLAMP((left_us + 999) / 1000, 0, G_MAXINT);
}

/* The end of the job without a reader's answer. */
static struct guest *
give_up(struct reader_worker *worker, const char *status, const char *detail)
{
  g_autoptr(ReaderJob) job = g_steal_pointer(&worker->job);
  struct guest *guest = guest_new();

  guest->domain = g_steal_pointer(&job->domain);
  guest->road = g_steal_pointer(&job->road);
  guest->status = g_strdup(status);
  guest->detail = g_strdup(detail);
  return guest;
}

/* Whether the job deserves another reader, this one having been lost with such a status. */
static bool
may_try_again(const struct reader_worker *worker, const char *status)
{
  bool may_be_innocent = worker->state == WORKER_IDLE || worker->guests_read > 0;

  return may_be_innocent && !worker->is_second_try && strcmp(status, GUEST_TIMEOUT) != 0;
}

/* The process is gone: what becomes of its job, if it has one. Takes over the detail. */
static struct guest *
conclude(struct reader_worker *worker, const char *status, char *detail)
{
  bool again = worker->job && may_try_again(worker, status);

  worker->state = WORKER_NONE;
  g_free(worker->failure);
  worker->failure = detail;
  worker->is_second_try = true;
  if (again && reader_worker_start(worker, NULL))
    return NULL;
  return worker->job ? give_up(worker, status, detail) : NULL;
}

static struct guest *
kill_reader(struct reader_worker *worker, const char *status, char *detail)
{
  int wait_status;

  reader_process_end(&worker->process, 0, &wait_status);
  return conclude(worker, status, detail);
}

static char *
describe_end(int wait_status)
{
  if (WIFEXITED(wait_status))
    return g_strdup_printf("the reader ended with exit status %d", WEXITSTATUS(wait_status));
  const char *name = sigabbrev_np(WTERMSIG(wait_status));
  return g_strdup_printf("the reader was killed by SIG%s", name ? name : "?");
}

/* Its socket is closed: it is dying, or wants us to think so. */
static struct guest *
bury_reader(struct reader_worker *worker)
{
  int wait_status;

  reader_process_end(&worker->process, DEATH_GRACE_MS, &wait_status);
  bool cpu_limit = WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGXCPU;
  return conclude(worker, cpu_limit ? GUEST_TIMEOUT : GUEST_READER_CRASHED,
                  describe_end(wait_status));
}

static struct guest *
send_job(struct reader_worker *worker)
{
  if (reader_protocol_send_job(worker->process.socket, worker->job)) {
    worker->questions = 0;
    worker->is_late = false;
    enter(worker, WORKER_BUSY, worker->job_ms);
    return NULL;
  }
  if (errno == EPIPE || errno == ECONNRESET)
    return bury_reader(worker);
  g_autofree char *detail =
      g_strdup_printf("its files cannot be handed to a reader: %s", g_strerror(errno));
  return give_up(worker, IMAGE_UNREADABLE, detail);
}

struct guest *
reader_worker_start_with(struct reader_worker *worker, struct reader_job *job)
{
  g_autoptr(GError) error = NULL;

  worker->job = job;
  return reader_worker_start(worker, &error)
             ? NULL
             : give_up(worker, GUEST_READER_CRASHED, error->message);
}

struct guest *
reader_worker_give(struct reader_worker *worker, struct reader_job *job)
{
  worker->job = job;
  worker->is_second_try = false;
  /* Nothing is due: what came now would be taken for the answer about this guest. */
  switch (reader_protocol_receive(worker->process.socket, worker->answer)) {
  case READER_ARRIVAL_NONE:
    return send_job(worker);
  case READER_ARRIVAL_END:
    return bury_reader(worker);
  default:
    return kill_reader(worker, GUEST_READER_CRASHED, g_strdup("the reader spoke unasked"));
  }
}

static struct guest *
finish_start(struct reader_worker *worker)
{
  if (!reader_protocol_is_hello(worker->answer))
    return kill_reader(worker, GUEST_READER_CRASHED, g_strdup("the reader is of another version"));
  enter(worker, WORKER_IDLE, 0);
  return worker->job ? send_job(worker) : NULL;
}

static struct guest *
finish_job(struct reader_worker *worker)
{
  g_autoptr(GError) error = NULL;
  struct guest *guest =
      reader_protocol_parse_guest(worker->answer, worker->job->domain, worker->job->road, &error);

  if (!guest)
    return kill_reader(worker, GUEST_READER_CRASHED,
                       g_strdup_printf("the reader's answer was refused: %s", error->message));
  worker->guests_read++;
  enter(worker, WORKER_IDLE, 0);
  if (!worker->job->live && reader_job_was_written(worker->job)) {
    guest_free(guest);
    return give_up(worker, GUEST_CHANGED, "its image was written while it was read");
  }
  g_clear_pointer(&worker->job, reader_job_free);
  return guest;
}

static struct guest *
time_out(struct reader_worker *worker)
{
  guint limit_ms = worker->state == WORKER_STARTING ? START_MS : worker->job_ms;

  return kill_reader(worker, GUEST_TIMEOUT,
                     g_strdup_printf("no answer within %g s", limit_ms / 1000.0));
}

static struct guest *
check_deadline(struct reader_worker *worker)
{
  return reader_worker_ms_left(worker) > 0 ? NULL : time_out(worker);
}

static struct guest *
refuse_question(struct reader_worker *worker, const char *why)
{
  return kill_reader(worker, GUEST_READER_CRASHED,
                     g_strdup_printf("the reader's question was refused: %s", why));
}

/* For the answer to a question. The last of a guest's time is for closing what is open in it. */
static guint
ms_to_answer(const struct reader_worker *worker, const struct agent_question *question)
{
  guint left_ms = (guint)reader_worker_ms_left(worker);
  guint kept_ms =
      question->kind == AGENT_FILE_CLOSE ? 0 : MIN(CLOSE_MS, worker->job_ms / CLOSE_PART);

  return left_ms > kept_ms ? left_ms - kept_ms : 0;
}

static struct guest *
reply_to(struct reader_worker *worker, const struct agent_question *question)
{
  guint left_ms = ms_to_answer(worker, question);
  struct agent_answer answer = {.outcome = AGENT_LATE};

  if (left_ms > 0)
    answer = worker->ask(worker->job->domain, question, left_ms, worker->ask_data);
  else if (worker->is_late)
    return time_out(worker);
  worker->is_late = worker->is_late || left_ms == 0;
  worker->deadline_us += (gint64)answer.waited_ms * 1000;
  bool sent = reader_protocol_send_reply(worker->process.socket, &answer);

  g_free(answer.text);
  return sent ? check_deadline(worker) : bury_reader(worker);
}

static struct guest *
take_question(struct reader_worker *worker)
{
  struct agent_question question;
  g_autoptr(GError) error = NULL;
  const char *text = (const char *)worker->answer->data;

  if (!worker->ask || worker->state != WORKER_BUSY)
    return refuse_question(worker, "it may ask none");
  if (++worker->questions > WORKER_QUESTIONS_MAX)
    return refuse_question(worker, "there were too many before");
  if (!reader_question_read(text, worker->answer->len, &question, &error))
    return refuse_question(worker, error->message);
  g_byte_array_set_size(worker->answer, 0);
  struct guest *guest = check_deadline(worker);
  if (!guest)
    guest = reply_to(worker, &question);
  g_free(question.path);
  return guest;
}

struct guest *
reader_worker_advance(struct reader_worker *worker)
{
  switch (reader_protocol_receive(worker->process.socket, worker->answer)) {
  case READER_ARRIVAL_COMPLETE:
    return worker->state == WORKER_STARTING ? finish_start(worker) : finish_job(worker);
  case READER_ARRIVAL_QUESTION:
    return take_question(worker);
  case READER_ARRIVAL_PART:
  case READER_ARRIVAL_NONE:
    return check_deadline(worker);
  case READER_ARRIVAL_END:
    return bury_reader(worker);
  case READER_ARRIVAL_BROKEN:
    return kill_reader(worker, GUEST_READER_CRASHED,
                       g_strdup("the reader's answer is too long, or breaks the protocol"));
  }
  g_assert_not_reached();
}
