/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The road through a real agent: qemu-ga of this machine, which "guests" in this very system, at
 * the other end of a socket.
 */
#include "guest/agent_road.h"
#include "guest/reader_crew.h"
#include "tests/unit/agent_guest.h"
#include "tests/unit/scratch.h"

#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 10000

struct peer {
  struct agent_channel channel;
  struct scratch *scratch;
  GPid pid;
  int socket;
};
typedef struct peer Peer;

static struct agent_answer
answer_of(const char *line)
{
  json_t *reply = json_loads(line, 0, NULL);
  json_t *error = json_object_get(reply, "error");
  struct agent_answer answer = {AGENT_REPLIED, NULL};

  g_assert_nonnull(reply);
  if (error)
    answer.outcome = AGENT_REFUSED;
  answer.text = g_strdup(error ? json_string_value(json_object_get(error, "desc")) : line);
  json_decref(reply);
  return answer;
}

static struct agent_answer
ask(struct agent_channel *channel, const struct agent_question *question)
{
  struct peer *peer = (struct peer *)channel;
  g_autofree char *command = agent_command(question);
  g_autoptr(GString) line = g_string_new(NULL);
  struct pollfd readable = {.fd = peer->socket, .events = POLLIN};
  char piece[4096];

  g_assert_cmpint(send(peer->socket, command, strlen(command), MSG_NOSIGNAL), ==, strlen(command));
  g_assert_cmpint(send(peer->socket, "\n", 1, MSG_NOSIGNAL), ==, 1);
  while (!strchr(line->str, '\n')) {
    g_assert_cmpint(poll(&readable, 1, PATIENCE_MS), ==, 1);
    gssize got = recv(peer->socket, piece, sizeof(piece), 0);
    g_assert_cmpint(got, >, 0);
    g_string_append_len(line, piece, got);
  }
  return answer_of(line->str);
}

static void
die_with_parent(gpointer data)
{
  (void)data;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static char *
find_program(void)
{
  char *program = g_find_program_in_path("qemu-ga");

  if (!program && g_file_test("/usr/sbin/qemu-ga", G_FILE_TEST_IS_EXECUTABLE))
    program = g_strdup("/usr/sbin/qemu-ga");
  if (!program)
    g_test_skip("qemu-ga is missing");
  return program;
}

static void
start(struct peer *peer, const char *program, const char *address, const char *blocked)
{
  g_autofree char *pid_file = g_build_filename(peer->scratch->path, "pid", NULL);
  g_autofree char *log = g_build_filename(peer->scratch->path, "log", NULL);
  const char *arguments[] = {
      program, "-m",     "unix-listen", "-p", address, "-t",    peer->scratch->path,
      "-f",    pid_file, "-l",          log,  "-b",    blocked, NULL};
  g_autoptr(GError) error = NULL;

  g_spawn_async(NULL, (char **)arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, die_with_parent, NULL,
                &peer->pid, &error);
  g_assert_no_error(error);
}

static void
connect_to(struct peer *peer, const char *path)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int result = -1;

  g_assert_cmpuint(g_strlcpy(address.sun_path, path, sizeof(address.sun_path)), <,
                   sizeof(address.sun_path));
  peer->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  for (guint i = 0; i < PATIENCE_MS / 10 && result < 0; i++) {
    result = connect(peer->socket, (struct sockaddr *)&address, sizeof(address));
    if (result < 0)
      g_usleep(10 * 1000);
  }
  g_assert_cmpint(result, ==, 0);
}

/* NULL, and the test is skipped, when there is no agent on this machine. */
static struct peer *
peer_new(const char *blocked)
{
  g_autofree char *program = find_program();

  if (!program)
    return NULL;
  struct peer *peer = g_new0(struct peer, 1);
  peer->channel.ask = ask;
  peer->scratch = scratch_new();
  g_autofree char *address = g_build_filename(peer->scratch->path, "socket", NULL);
  start(peer, program, address, blocked);
  connect_to(peer, address);
  return peer;
}

static void
peer_free(struct peer *peer)
{
  if (!peer)
    return;
  close(peer->socket);
  kill(peer->pid, SIGKILL);
  waitpid(peer->pid, NULL, 0);
  scratch_free(peer->scratch);
  g_free(peer);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Peer, peer_free)

/* It must have come as the file is, unless this system has no such file. */
static void
assert_same_file(struct root *root, const char *path)
{
  g_autofree char *bytes = NULL;
  gsize size;

  if (!g_file_get_contents(path, &bytes, &size, NULL))
    return;
  for (guint i = 0; i < root->identities->len; i++) {
    struct identity *identity = root->identities->pdata[i];

    if (strcmp(identity->path, path) == 0)
      g_assert_cmpmem(g_bytes_get_data(identity->raw, NULL), g_bytes_get_size(identity->raw), bytes,
                      size);
  }
}

static void
test_system(void)
{
  g_autoptr(Peer) peer = peer_new("");

  if (!peer)
    return;
  g_autoptr(Guest) guest = agent_guest_inspect(&peer->channel);
  g_assert_cmpstr(guest->detail, ==, NULL);
  g_assert_cmpstr(guest->status, ==, GUEST_OK);
  struct root *root = guest->roots->pdata[0];
  g_assert_true(g_str_has_prefix(root->marks, MARK_GUEST_ATTESTED));
  g_assert_nonnull(root->hostname); /* this kernel's, where there is no file */
  assert_same_file(root, "/etc/machine-id");
  assert_same_file(root, "/var/lib/dbus/machine-id");
  assert_same_file(root, "/etc/hostname");
}

static struct agent_answer
ask_for_reader(const char *domain, const struct agent_question *question, guint left_ms,
               gpointer data)
{
  struct peer *peer = data;

  (void)domain, (void)left_ms;
  return ask(&peer->channel, question);
}

static void
keep_guest(struct guest *guest, gpointer data)
{
  struct guest **kept = data;

  *kept = guest;
}

/* A reader in its sandbox makes the same of it as this process. */
static void
test_reader(void)
{
  g_autoptr(Peer) peer = peer_new("");
  const struct reader_crew_options options = {.program = REAL_READER, .size = 1};
  g_autoptr(GError) error = NULL;
  g_autoptr(Guest) guest = NULL;

  if (!peer)
    return;
  g_autoptr(Guest) expected = agent_guest_inspect(&peer->channel);
  struct reader_crew *crew = reader_crew_new(&options, ask_for_reader, peer, &error);
  g_assert_no_error(error);
  reader_crew_submit(crew, reader_job_new(expected->domain, ROAD_AGENT));
  reader_crew_finish(crew, keep_guest, &guest);
  reader_crew_free(crew);
  g_autofree char *found = shape_to_text(&guest_shape, guest);
  g_autofree char *wanted = shape_to_text(&guest_shape, expected);
  g_assert_cmpstr(found, ==, wanted);
}

static void
test_blocked(void)
{
  g_autoptr(Peer) peer = peer_new("guest-file-open,guest-file-read");

  if (!peer)
    return;
  g_autoptr(Guest) guest = agent_guest_inspect(&peer->channel);
  g_assert_cmpstr(guest->status, ==, GUEST_BLOCKED);
  g_assert_cmpstr(guest->detail, ==, "disabled: guest-file-open, guest-file-read");
}

static void
test_info_blocked(void)
{
  g_autoptr(Peer) peer = peer_new("guest-info");

  if (!peer)
    return;
  g_autoptr(Guest) guest = agent_guest_inspect(&peer->channel);
  g_assert_cmpstr(guest->status, ==, GUEST_BLOCKED);
  g_assert_nonnull(strstr(guest->detail, "guest-info"));
}

static void
assert_read(struct peer *peer, const char *name, int code, gsize size)
{
  g_autofree char *path = g_build_filename(peer->scratch->path, name, NULL);
  struct agent_talk talk;

  agent_talk_init(&talk, &peer->channel);
  g_autoptr(Road) road = agent_road_new(&talk);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = road_read_file(road, path, ROAD_FILE_MAX, &error);
  if (code < 0) {
    g_assert_no_error(error);
    g_autofree char *expected = NULL;
    g_assert_true(g_file_get_contents(path, &expected, NULL, NULL));
    g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), expected, size);
  } else
    g_assert_error(error, ROAD_ERROR, code);
  g_assert_null(talk.status);
  agent_talk_clear(&talk);
}

/* The real words of each error, and the real pieces of each size. */
static void
test_files(void)
{
  g_autoptr(Peer) peer = peer_new("");

  if (!peer)
    return;
  scratch_run(peer->scratch, "mkdir directory && ln -s loop loop && ln -s nothing dangling &&"
                             "ln -s piece link && : >empty &&"
                             "head -c 32768 /dev/urandom >piece &&"
                             "head -c 65537 /dev/urandom >pieces &&"
                             "head -c 1048577 /dev/urandom >more");
  assert_read(peer, "empty", -1, 0);
  assert_read(peer, "piece", -1, 32768);
  assert_read(peer, "link", -1, 32768);
  assert_read(peer, "pieces", -1, 65537);
  assert_read(peer, "more", -1, ROAD_FILE_MAX);
  assert_read(peer, "missing", ROAD_ERROR_NOT_FOUND, 0);
  assert_read(peer, "dangling", ROAD_ERROR_NOT_FOUND, 0);
  assert_read(peer, "piece/below", ROAD_ERROR_NOT_FOUND, 0);
  assert_read(peer, "directory", ROAD_ERROR_NOT_REGULAR, 0);
  assert_read(peer, "socket", ROAD_ERROR_NOT_REGULAR, 0);
  assert_read(peer, "loop", ROAD_ERROR_LOOP, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/peer/system", test_system);
  g_test_add_func("/peer/reader", test_reader);
  g_test_add_func("/peer/blocked", test_blocked);
  g_test_add_func("/peer/info-blocked", test_info_blocked);
  g_test_add_func("/peer/files", test_files);
  return g_test_run();
}
