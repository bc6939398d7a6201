/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader that does what the domain's name says: every way in which one that was taken over may
 * behave.
 */
#include "guest/reader_channel.h"
#include "guest/reader_protocol.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct guest *
good_guest(const struct reader_job *job)
{
  struct guest *guest = guest_new();

  guest->domain = g_strdup(job->domain);
  guest->road = g_strdup(job->road);
  guest->status = g_strdup(GUEST_OK);
  return guest;
}

static void
answer(const struct reader_job *job)
{
  g_autoptr(Guest) guest = good_guest(job);

  reader_protocol_send_guest(READER_SOCKET, guest);
}

static void
answer_with(const struct reader_job *job, char *detail)
{
  g_autoptr(Guest) guest = good_guest(job);

  guest->detail = detail;
  reader_protocol_send_guest(READER_SOCKET, guest);
}

static void
answer_twice(const struct reader_job *job)
{
  answer(job);
  answer(job);
}

static void
answer_slowly(const struct reader_job *job)
{
  g_usleep(100000);
  answer(job);
}

static void
answer_about_another(const struct reader_job *job)
{
  g_autoptr(Guest) guest = good_guest(job);

  g_free(guest->domain);
  guest->domain = g_strdup("another");
  reader_protocol_send_guest(READER_SOCKET, guest);
}

static void
answer_about_another_road(const struct reader_job *job)
{
  g_autoptr(Guest) guest = good_guest(job);

  g_free(guest->road);
  guest->road = g_strdup("another");
  reader_protocol_send_guest(READER_SOCKET, guest);
}

/* As long as facts can be: many packets. */
static void
answer_at_length(const struct reader_job *job)
{
  g_autoptr(Guest) guest = good_guest(job);
  struct root *root = root_new();

  root->root = g_strdup("vda1");
  root->status = g_strdup(GUEST_OK);
  for (guint i = 0; i < 1000; i++) {
    struct identity *identity = identity_new();

    identity->kind = g_strdup(IDENTITY_CMDLINE_MACHINE_ID);
    identity->state = g_strdup(STATE_MALFORMED);
    identity->path = g_strdup_printf("/%u", i);
    identity->value = g_strnfill(1000, 'x');
    g_ptr_array_add(root->identities, identity);
  }
  g_ptr_array_add(guest->roots, root);
  reader_protocol_send_guest(READER_SOCKET, guest);
}

static void
send_bytes(const char *bytes, size_t length)
{
  send(READER_SOCKET, bytes, length, MSG_NOSIGNAL);
}

static void
send_text(const char *packet)
{
  send_bytes(packet, strlen(packet));
}

static void
answer_garbage(const struct reader_job *job)
{
  (void)job;
  send_bytes("\0{\"domain\":", 11);
}

static void
answer_unknown_key(const struct reader_job *job)
{
  g_autofree char *text = g_strdup_printf(
      "{\"domain\":\"%s\",\"road\":\"disk\",\"status\":\"ok\",\"x\":1}", job->domain);
  g_autofree char *packet = g_strconcat("?", text, NULL);

  packet[0] = '\0';
  send_bytes(packet, strlen(text) + 1);
}

static void
answer_nothing(const struct reader_job *job)
{
  (void)job;
  send_bytes("", 0);
}

static void
answer_bad_packet(const struct reader_job *job)
{
  (void)job;
  send_text("\x03x");
}

static void
answer_long_packet(const struct reader_job *job)
{
  g_autofree char *packet = g_malloc0(READER_PACKET_MAX + 2);

  (void)job;
  send_bytes(packet, READER_PACKET_MAX + 2);
}

static void
answer_without_end(const struct reader_job *job)
{
  (void)job;
  for (;;)
    if (send(READER_SOCKET, "\x01x", 2, MSG_NOSIGNAL) < 0)
      pause();
}

static void
answer_too_much(const struct reader_job *job)
{
  g_autofree char *packet = g_strnfill(READER_PACKET_MAX, 'x');

  (void)job;
  packet[0] = 1;
  for (;;)
    if (send(READER_SOCKET, packet, READER_PACKET_MAX, MSG_NOSIGNAL) < 0)
      pause();
}

/* Files that the collecting side never asked for. */
static void
answer_with_files(const struct reader_job *job)
{
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
  struct iovec part = {(char *)"\1x", 2};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};

  (void)job;
  sendmsg(READER_SOCKET, &message, MSG_NOSIGNAL);
  pause();
}

static void
crash(const struct reader_job *job)
{
  (void)job;
  signal(SIGSEGV, SIG_DFL); /* the sanitizer would report it first */
  raise(SIGSEGV);
}

static void
leave(const struct reader_job *job)
{
  (void)job;
  _exit(3);
}

static void
retire(const struct reader_job *job)
{
  answer(job);
  _exit(0);
}

static void
run_out_of_cpu(const struct reader_job *job)
{
  (void)job;
  raise(SIGXCPU);
}

static void
hang(const struct reader_job *job)
{
  (void)job;
  for (;;)
    pause();
}

static void
spin(const struct reader_job *job)
{
  (void)job;
  for (volatile guint i = 0;; i++)
    ;
}

static void
hang_up(const struct reader_job *job)
{
  (void)job;
  close(READER_SOCKET);
  hang(job);
}

/* What it was started with, as numbers of open files and variables. */
static void
tell_surroundings(const struct reader_job *job)
{
  GString *text = g_string_new("files");

  for (int fd = 0; fd < 1000; fd++)
    if (fcntl(fd, F_GETFD) >= 0)
      g_string_append_printf(text, " %d", fd);
  g_auto(GStrv) environment = g_get_environ();
  g_string_append_printf(text, ", variables %u", g_strv_length(environment));
  answer_with(job, g_string_free(text, FALSE));
}

/* Every layer as its disk, its format and the first bytes of its file. */
static void
tell_layers(const struct reader_job *job)
{
  GString *text = g_string_new(NULL);

  for (guint i = 0; i < job->disks->len; i++) {
    const struct reader_disk *disk = job->disks->pdata[i];

    g_string_append_printf(text, "[%s %s]", disk->target, disk->status ? disk->status : "-");
    for (guint j = 0; text->len < 1000 && j < disk->layers->len; j++) {
      const struct reader_layer *layer = &g_array_index(disk->layers, struct reader_layer, j);
      char bytes[3] = "";

      g_assert_cmpint(pread(layer->fd, bytes, 2, 0), >=, 0);
      g_string_append_printf(text, "%s:%s ", layer->format, bytes);
    }
  }
  answer_with(job, g_string_free(text, FALSE));
}

static void
tell_job(const struct reader_job *job)
{
  struct stat stat = {0};
  bool has_directory = job->directory >= 0 && fstat(job->directory, &stat) == 0;

  answer_with(job, g_strdup_printf("%s %s %d %d", job->road, job->idmap ? job->idmap : "-",
                                   has_directory && S_ISDIR(stat.st_mode), job->live));
}

static struct agent_answer
ask(enum agent_question_kind kind, const char *path, gint64 number)
{
  const struct agent_question question = {kind, (char *)path, number, number};
  struct reader_channel channel;

  reader_channel_init(&channel, READER_SOCKET);
  return channel.channel.ask(&channel.channel, &question);
}

/* One question of each kind, and what came back. */
static void
ask_all(const struct reader_job *job)
{
  GString *text = g_string_new(NULL);

  for (guint kind = 0; kind < AGENT_QUESTIONS; kind++) {
    struct agent_answer answer = ask(kind, "/etc/machine-id", 1000 + kind);

    g_string_append_printf(text, "[%d %s]", (int)answer.outcome, answer.text ? answer.text : "-");
    g_free(answer.text);
  }
  answer_with(job, g_string_free(text, FALSE));
}

/* Outcomes, and how long the replies were. */
static void
ask_lengths(const struct reader_job *job)
{
  GString *text = g_string_new(NULL);

  for (guint kind = 0; kind < AGENT_QUESTIONS; kind++) {
    struct agent_answer answer = ask(kind, NULL, 0);

    g_string_append_printf(text, "[%d %zu]", (int)answer.outcome, strlen(answer.text));
    g_free(answer.text);
  }
  answer_with(job, g_string_free(text, FALSE));
}

static void
ask_without_end(const struct reader_job *job)
{
  (void)job;
  for (;;)
    g_free(ask(AGENT_INFO, NULL, 0).text);
}

static void
ask_and_not_listen(const struct reader_job *job)
{
  (void)job;
  while (reader_protocol_send_question(READER_SOCKET, "{\"question\":\"info\"}"))
    ;
}

static void
ask_between(const struct reader_job *job)
{
  (void)job;
  send_text("\x01{\"domain\":");
  send_text("\x02{\"question\":\"info\"}");
  pause();
}

static void
ask_nonsense(const struct reader_job *job)
{
  (void)job;
  send_text("\x02{\"question\":\"guest-exec\"}");
  pause();
}

static const struct {
  const char *domain;
  void (*behave)(const struct reader_job *job);
} behaviours[] = {
    {"twice", answer_twice},
    {"slow", answer_slowly},
    {"another-domain", answer_about_another},
    {"another-road", answer_about_another_road},
    {"long", answer_at_length},
    {"garbage", answer_garbage},
    {"unknown-key", answer_unknown_key},
    {"nothing", answer_nothing},
    {"bad-packet", answer_bad_packet},
    {"long-packet", answer_long_packet},
    {"without-end", answer_without_end},
    {"too-much", answer_too_much},
    {"files", answer_with_files},
    {"crash", crash},
    {"leave", leave},
    {"retire", retire},
    {"out-of-cpu", run_out_of_cpu},
    {"hang", hang},
    {"spin", spin},
    {"hang-up", hang_up},
    {"surroundings", tell_surroundings},
    {"layers", tell_layers},
    {"job", tell_job},
    {"asks", ask_all},
    {"asks-lengths", ask_lengths},
    {"asks-without-end", ask_without_end},
    {"asks-slowly-without-end", ask_without_end},
    {"asks-deaf", ask_and_not_listen},
    {"asks-between", ask_between},
    {"asks-nonsense", ask_nonsense},
};

static void
behave(const struct reader_job *job)
{
  for (guint i = 0; i < G_N_ELEMENTS(behaviours); i++)
    if (strcmp(job->domain, behaviours[i].domain) == 0) {
      behaviours[i].behave(job);
      return;
    }
  answer(job);
}

int
main(void)
{
  struct reader_job *job;
  const char *name = (const char *)getauxval(AT_EXECFN);

  if (g_str_has_suffix(name, "mute"))
    return 7;
  if (g_str_has_suffix(name, "foreign"))
    send_bytes("\0SSH-2.0", 8);
  else
    reader_protocol_send_hello(READER_SOCKET);
  while ((job = reader_protocol_receive_job(READER_SOCKET))) {
    behave(job);
    reader_job_free(job);
  }
  return 0;
}
