/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into a program that uses libvirt's test driver: its domains have guest agents, at unix
 * sockets $FAKE_AGENTS/NAME. What libvirtd does between its client and an agent is done here as in
 * src/qemu/qemu_agent.c of libvirt 9.0: lines, guest-sync, timeouts, the longest reply. Replies are
 * passed on as they come, where libvirt would write them anew. $FAKE_AGENTS_DENIED, when it is set,
 * refuses connections for writing, and gets a line for each.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define RESPONSE_MAX (10 << 20) /* QEMU_AGENT_MAX_RESPONSE */
#define STRING_MAX   (4 << 20)  /* REMOTE_STRING_MAX */
#define WAIT_S       5          /* QEMU_AGENT_WAIT_TIME */

struct agent {
  GMutex lock; /* libvirt's job: one question at a time */
  int fd;      /* -1: not connected */
  GString *received;
  bool in_sync, broken;
};

/* libvirt keeps agents by domain, whoever asks; a preloaded library has no other place. */
static GMutex agents_lock;
static GHashTable *agents;

/* The next function of this name, libvirt's own, into a pointer to it, as POSIX would have it. */
static void
find_original(const char *name, void *ret_function)
{
  *(void **)ret_function = dlsym(RTLD_NEXT, name);
}

static void fail(int domain, int code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Set libvirt's last error of this thread by the function that libvirt does it with. */
static void
fail(int domain, int code, const char *format, ...)
{
  void (*raise)(const char *, const char *, size_t, int, int, virErrorLevel, const char *,
                const char *, const char *, int, int, const char *, ...);
  g_autofree char *message = NULL;
  va_list arguments;

  find_original("virRaiseErrorFull", &raise);
  va_start(arguments, format);
  message = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  raise(__FILE__, __func__, __LINE__, domain, code, VIR_ERR_ERROR, NULL, NULL, NULL, -1, -1, "%s",
        message);
}

static void
fail_unresponsive(const char *message)
{
  fail(VIR_FROM_QEMU, VIR_ERR_AGENT_UNRESPONSIVE, "Guest agent is not responding: %s", message);
}

static char *
socket_path(virDomainPtr domain)
{
  return g_build_filename(g_getenv("FAKE_AGENTS"), virDomainGetName(domain), NULL);
}

static void
agent_connect(struct agent *agent, const char *path)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};

  g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
  agent->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (connect(agent->fd, (struct sockaddr *)&address, sizeof(address)) == 0)
    return;
  g_close(agent->fd, NULL);
  agent->fd = -1;
}

static struct agent *
agent_new(const char *path)
{
  struct agent *agent = g_new0(struct agent, 1);

  agent->received = g_string_new(NULL);
  agent_connect(agent, path);
  return agent;
}

static struct agent *
agent_find(virDomainPtr domain)
{
  g_autofree char *path = socket_path(domain);

  g_mutex_lock(&agents_lock);
  if (!agents)
    agents = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  struct agent *agent = g_hash_table_lookup(agents, path);
  if (!agent) {
    agent = agent_new(path);
    g_hash_table_insert(agents, g_steal_pointer(&path), agent);
  }
  g_mutex_unlock(&agents_lock);
  return agent;
}

/* False with libvirt's error: what came is no line, and libvirt gives this agent up. */
static bool
agent_receive(struct agent *agent)
{
  char bytes[4096];
  ssize_t count = read(agent->fd, bytes, sizeof(bytes));

  if (count < 0)
    return true;
  agent->broken = count == 0 || agent->received->len + (size_t)count >= RESPONSE_MAX;
  if (count == 0)
    fail(VIR_FROM_QEMU, VIR_ERR_INTERNAL_ERROR, "internal error: End of file from agent socket");
  else if (agent->broken)
    fail(VIR_FROM_QEMU, VIR_ERR_SYSTEM_ERROR, "No complete agent response found in %d bytes: %s",
         RESPONSE_MAX, g_strerror(ERANGE));
  g_string_append_len(agent->received, bytes, count);
  return !agent->broken;
}

static char *
take_line(struct agent *agent)
{
  const char *newline = memchr(agent->received->str, '\n', agent->received->len);

  if (!newline)
    return NULL;
  gssize length = newline - agent->received->str;
  char *line = g_strndup(agent->received->str, (gsize)length);
  g_string_erase(agent->received, 0, length + 1);
  return line;
}

/* The next line that comes before the deadline, new; NULL with libvirt's error. */
static char *
agent_line(struct agent *agent, gint64 deadline)
{
  for (;;) {
    char *line = take_line(agent);
    gint64 left = deadline - g_get_monotonic_time();
    struct pollfd wait = {.fd = agent->fd, .events = POLLIN};

    if (line)
      return line;
    if (left <= 0 || poll(&wait, 1, (int)((left + 999) / 1000)) == 0) {
      fail_unresponsive("Guest agent not available for now");
      agent->in_sync = false;
      return NULL;
    }
    if (!agent_receive(agent))
      return NULL;
  }
}

static void
agent_send(struct agent *agent, const char *command)
{
  g_autofree char *line = g_strconcat(command, "\n", NULL);
  size_t length = strlen(line);

  if (send(agent->fd, line, length, MSG_NOSIGNAL) != (ssize_t)length)
    agent->broken = true;
}

/* Lines that are no answer to this sync are delayed replies, which libvirt ignores. */
static bool
agent_sync(struct agent *agent)
{
  gint64 id = g_get_real_time() / 1000;
  gint64 deadline = g_get_monotonic_time() + WAIT_S * G_USEC_PER_SEC;
  g_autofree char *command = g_strdup_printf(
      "{\"execute\":\"guest-sync\",\"arguments\":{\"id\":%" G_GINT64_FORMAT "}}", id);
  g_autofree char *answer = g_strdup_printf("{\"return\":%" G_GINT64_FORMAT "}", id);

  agent_send(agent, command);
  while (!agent->in_sync) {
    g_autofree char *line = agent_line(agent, deadline);

    if (!line)
      return false;
    agent->in_sync = strcmp(line, answer) == 0;
  }
  return true;
}

static void
fail_refused(const char *command, const char *reply)
{
  json_t *asked = json_loads(command, 0, NULL), *refusal = json_loads(reply, 0, NULL);
  const char *name = "", *words = "unknown QEMU command error";

  json_unpack(asked, "{s:s}", "execute", &name);
  json_unpack(refusal, "{s:{s:s}}", "error", "desc", &words);
  fail(VIR_FROM_QEMU, VIR_ERR_INTERNAL_ERROR,
       "internal error: unable to execute QEMU agent command '%s': %s", name, words);
  json_decref(asked);
  json_decref(refusal);
}

static char *
check_reply(const char *command, char *reply)
{
  if (g_str_has_prefix(reply, "{\"error\""))
    fail_refused(command, reply);
  else if (!g_str_has_prefix(reply, "{\"return\""))
    fail(VIR_FROM_QEMU, VIR_ERR_INTERNAL_ERROR, "internal error: Unknown JSON reply '%.64s'",
         reply);
  else if (strlen(reply) > STRING_MAX)
    fail(VIR_FROM_RPC, VIR_ERR_RPC, "Unable to encode message payload");
  else
    return reply;
  g_free(reply);
  return NULL;
}

static char *
agent_ask(struct agent *agent, const char *command, int timeout)
{
  gint64 wait_s = timeout == VIR_DOMAIN_QEMU_AGENT_COMMAND_DEFAULT ? WAIT_S : timeout;

  if (agent->fd < 0 || agent->broken) {
    fail_unresponsive(agent->broken ? "QEMU guest agent is not available due to an error"
                                    : "QEMU guest agent is not connected");
    return NULL;
  }
  if (!agent->in_sync && !agent_sync(agent))
    return NULL;
  agent_send(agent, command);
  char *reply = agent_line(agent, g_get_monotonic_time() + wait_s * G_USEC_PER_SEC);
  return reply ? check_reply(command, reply) : NULL;
}

char *
virDomainQemuAgentCommand(virDomainPtr domain, const char *command, int timeout,
                          G_GNUC_UNUSED unsigned int flags)
{
  struct agent *agent = agent_find(domain);

  virResetLastError();
  g_mutex_lock(&agent->lock);
  char *reply = agent_ask(agent, command, timeout);
  g_mutex_unlock(&agent->lock);
  return reply;
}

/* The test driver forgets the state of channels. */
char *
virDomainGetXMLDesc(virDomainPtr domain, unsigned int flags)
{
  char *(*original)(virDomainPtr, unsigned int);
  g_autofree char *path = socket_path(domain);

  find_original(__func__, &original);
  char *xml = original(domain, flags);
  if (!xml || !g_file_test(path, G_FILE_TEST_EXISTS))
    return xml;
  GString *text = g_string_new(xml);
  g_string_replace(text, "name='org.qemu.guest_agent.0'",
                   "name='org.qemu.guest_agent.0' state='connected'", 0);
  free(xml);
  return g_string_free(text, FALSE);
}

virConnectPtr
virConnectOpen(const char *name)
{
  virConnectPtr (*original)(const char *);
  const char *denied = g_getenv("FAKE_AGENTS_DENIED");

  find_original(__func__, &original);
  if (!denied)
    return original(name);
  int log = open(denied, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log >= 0 && write(log, "refused\n", strlen("refused\n")) > 0)
    g_close(log, NULL);
  fail(VIR_FROM_POLKIT, VIR_ERR_AUTH_UNAVAILABLE,
       "authentication unavailable: no polkit agent available");
  return NULL;
}
