/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions to agents, and what libvirt's errors mean. This program has its own of the three calls
 * of libvirt that matter here; domains are the test driver's.
 */
#include "hypervisor/agent_connection.h"

#include "hypervisor/agent_failure.h"

#include <glib/gstdio.h>
#include <libvirt/libvirt-qemu.h>
#include <stdbool.h>
#include <string.h>

#define GUESTS  8
#define HANG_MS 150

/* What the calls below do, and what they saw. */
static struct {
  GMutex lock;
  int opened, asked;
  int under_way, most; /* questions at a time */
  int timeout_s;
  bool denied;        /* no connection for writing */
  const char *answer; /* NULL: an error */
  virError error;     /* then */
  guint hang_ms;      /* of every question */
} libvirt;

virErrorPtr
virGetLastError(void)
{
  return &libvirt.error;
}

virConnectPtr
virConnectOpen(const char *name)
{
  libvirt.opened++;
  return libvirt.denied ? NULL : virConnectOpenReadOnly(name);
}

static void
count_question(int change)
{
  g_mutex_lock(&libvirt.lock);
  libvirt.under_way += change;
  libvirt.most = MAX(libvirt.most, libvirt.under_way);
  libvirt.asked += change > 0;
  g_mutex_unlock(&libvirt.lock);
}

char *
virDomainQemuAgentCommand(virDomainPtr domain, const char *command, int timeout, unsigned int flags)
{
  g_assert_nonnull(domain);
  g_assert_cmpstr(command, ==, "{}");
  g_assert_cmpuint(flags, ==, 0);
  libvirt.timeout_s = timeout;
  count_question(1);
  g_usleep(libvirt.hang_ms * 1000);
  count_question(-1);
  return g_strdup(libvirt.answer);
}

static void
reset(void)
{
  libvirt.opened = libvirt.asked = libvirt.most = 0;
  libvirt.denied = false;
  libvirt.answer = "{\"return\":{}}";
  libvirt.error = (virError){.code = VIR_ERR_AGENT_UNRESPONSIVE, .message = (char *)"gone"};
  libvirt.hang_ms = 0;
}

#define UUID "6695eb01-f6a4-8304-79aa-97f2502e193f" /* of test:///default */

static char *
ask(struct agent_connection *connection, guint timeout_ms, GError **error)
{
  guint waited_ms;

  return agent_connection_ask(connection, UUID, "{}", timeout_ms, &waited_ms, error);
}

static const struct {
  int code;
  int domain;
  guint lasted_ms;
  const char *message;
  enum hypervisor_error meaning;
} meanings[] = {
    {VIR_ERR_AGENT_UNRESPONSIVE, VIR_FROM_QEMU, 5003,
     "Guest agent is not responding: Guest agent not available for now",
     HYPERVISOR_ERROR_AGENT_TIMEOUT},
    {VIR_ERR_AGENT_UNRESPONSIVE, VIR_FROM_QEMU, 1,
     "Guest agent is not responding: QEMU guest agent is not connected",
     HYPERVISOR_ERROR_AGENT_GONE},
    {VIR_ERR_AGENT_UNSYNCED, VIR_FROM_QEMU, 1, "", HYPERVISOR_ERROR_AGENT_TIMEOUT},
    {VIR_ERR_OPERATION_TIMEOUT, VIR_FROM_QEMU, 30000,
     "Timed out during operation: cannot acquire state change lock (held by agent=guest-exec)",
     HYPERVISOR_ERROR_AGENT_TIMEOUT},
    {111, VIR_FROM_QEMU, 2000, "Guest agent command timed out", HYPERVISOR_ERROR_AGENT_TIMEOUT},
    {112, VIR_FROM_QEMU, 1, "Guest agent command failed: unable to execute QEMU agent command",
     HYPERVISOR_ERROR_AGENT_REFUSED},
    {VIR_ERR_OPERATION_INVALID, VIR_FROM_QEMU, 1,
     "Requested operation is not valid: domain is not running", HYPERVISOR_ERROR_AGENT_GONE},
    {VIR_ERR_NO_DOMAIN, VIR_FROM_QEMU, 1, "Domain not found", HYPERVISOR_ERROR_AGENT_GONE},
    {VIR_ERR_ARGUMENT_UNSUPPORTED, VIR_FROM_QEMU, 1,
     "argument unsupported: QEMU guest agent is not configured", HYPERVISOR_ERROR_AGENT_GONE},
    {VIR_ERR_CONFIG_UNSUPPORTED, VIR_FROM_QEMU, 1, "", HYPERVISOR_ERROR_AGENT_GONE},
    {VIR_ERR_OPERATION_DENIED, VIR_FROM_NONE, 1,
     "operation forbidden: read only access prevents virDomainQemuAgentCommand",
     HYPERVISOR_ERROR_DENIED},
    {VIR_ERR_ACCESS_DENIED, VIR_FROM_ACCESS, 1, "access denied", HYPERVISOR_ERROR_DENIED},
    {VIR_ERR_NO_SUPPORT, VIR_FROM_TEST, 1, "", HYPERVISOR_ERROR_UNSUPPORTED},
    {VIR_ERR_INTERNAL_ERROR, VIR_FROM_QEMU, 1,
     "internal error: unable to execute QEMU agent command 'guest-file-open': cannot parse json",
     HYPERVISOR_ERROR_AGENT_REFUSED},
    {VIR_ERR_INTERNAL_ERROR, VIR_FROM_QEMU, 1,
     "Interner Fehler: QEMU-Agent-Befehl 'guest-file-open' kann nicht ausgeführt werden: x",
     HYPERVISOR_ERROR_AGENT_REFUSED},
    {VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE, 1, "internal error: cannot parse json {: lexical error",
     HYPERVISOR_ERROR_AGENT_HOSTILE},
    {VIR_ERR_INTERNAL_ERROR, VIR_FROM_QEMU, 1, "internal error: Missing agent reply object",
     HYPERVISOR_ERROR_AGENT_HOSTILE},
    {VIR_ERR_SYSTEM_ERROR, VIR_FROM_QEMU, 1,
     "No complete agent response found in 10485760 bytes: Numerical result out of range",
     HYPERVISOR_ERROR_AGENT_HOSTILE},
    {VIR_ERR_RPC, VIR_FROM_RPC, 1, "Unable to encode message payload",
     HYPERVISOR_ERROR_AGENT_HOSTILE},
    {VIR_ERR_RPC, VIR_FROM_RPC, 1, "Unable to decode message payload", HYPERVISOR_ERROR_REFUSED},
    {VIR_ERR_INTERNAL_ERROR, VIR_FROM_QEMU, 1, "internal error: End of file from agent socket",
     HYPERVISOR_ERROR_AGENT_GONE},
    {VIR_ERR_INTERNAL_ERROR, VIR_FROM_RPC, 1, "internal error: client socket is closed",
     HYPERVISOR_ERROR_REFUSED},
    {VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, 1, "Cannot recv data: Connection reset by peer",
     HYPERVISOR_ERROR_REFUSED},
    {VIR_ERR_NO_MEMORY, VIR_FROM_QEMU, 1, NULL, HYPERVISOR_ERROR_REFUSED},
    {VIR_ERR_INTERNAL_ERROR, VIR_FROM_QEMU, 1, NULL, HYPERVISOR_ERROR_AGENT_REFUSED},
};

static void
test_meanings(void)
{
  for (size_t i = 0; i < G_N_ELEMENTS(meanings); i++) {
    const virError failure = {.code = meanings[i].code,
                              .domain = meanings[i].domain,
                              .message = (char *)meanings[i].message};

    g_test_message("%d %s", meanings[i].code, meanings[i].message);
    g_assert_cmpint(agent_failure_meaning(&failure, meanings[i].lasted_ms), ==,
                    meanings[i].meaning);
  }
}

static void
test_answer(void)
{
  g_autoptr(AgentConnection) connection = agent_connection_new("test:///default");
  static const guint timeouts[][2] = {{0, 1}, {1, 1}, {1000, 1}, {1001, 2}, {4999, 5}, {5000, 5}};

  reset();
  g_assert_cmpint(libvirt.opened, ==, 0);
  for (size_t i = 0; i < G_N_ELEMENTS(timeouts); i++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *reply = ask(connection, timeouts[i][0], &error);

    g_assert_no_error(error);
    g_assert_cmpstr(reply, ==, libvirt.answer);
    g_assert_cmpint(libvirt.timeout_s, ==, (int)timeouts[i][1]);
  }
  g_assert_cmpint(libvirt.opened, ==, 1);
}

static void
test_failure(void)
{
  g_autoptr(AgentConnection) connection = agent_connection_new("test:///default");
  g_autoptr(GError) error = NULL;

  reset();
  libvirt.answer = NULL;
  g_assert_null(ask(connection, 1000, &error));
  g_assert_error(error, HYPERVISOR_ERROR, HYPERVISOR_ERROR_AGENT_GONE);
  g_assert_cmpstr(error->message, ==, "gone");
}

static void
test_refused_once(void)
{
  g_autoptr(AgentConnection) connection = agent_connection_new("test:///default");

  reset();
  libvirt.denied = true;
  libvirt.error = (virError){.code = VIR_ERR_AUTH_UNAVAILABLE, .message = (char *)"no polkit"};
  for (guint i = 0; i < 3; i++) {
    g_autoptr(GError) error = NULL;

    g_assert_null(ask(connection, 1000, &error));
    g_assert_error(error, HYPERVISOR_ERROR, HYPERVISOR_ERROR_DENIED);
    g_assert_nonnull(strstr(error->message, "no polkit"));
    g_assert_nonnull(strstr(error->message, "usermod -a -G libvirt USER"));
  }
  g_assert_cmpint(libvirt.opened, ==, 1);
  g_assert_cmpint(libvirt.asked, ==, 0);
}

/* One of several guests, each asked by a thread of its own. */
struct guest {
  struct agent_connection *connection;
  char uuid[37];
  guint waited_ms;
};

static gpointer
ask_guest(gpointer data)
{
  struct guest *guest = data;
  g_autoptr(GError) error = NULL;

  g_free(
      agent_connection_ask(guest->connection, guest->uuid, "{}", 1000, &guest->waited_ms, &error));
  return NULL;
}

/* Ask all of them at a time. The longest wait of one. */
static guint
ask_all(struct guest *guests)
{
  GThread *threads[GUESTS];
  guint waited_ms = 0;

  libvirt.most = 0;
  for (guint i = 0; i < GUESTS; i++)
    threads[i] = g_thread_new("guest", ask_guest, &guests[i]);
  for (guint i = 0; i < GUESTS; i++) {
    g_thread_join(threads[i]);
    waited_ms = MAX(waited_ms, guests[i].waited_ms);
  }
  return waited_ms;
}

static char *
write_node(void)
{
  g_autoptr(GString) node = g_string_new("<node>");
  char *path = g_build_filename(g_get_tmp_dir(), "virt-ledger-agents.XXXXXX", NULL);

  for (guint i = 0; i < GUESTS; i++)
    g_string_append_printf(node,
                           "<domain type='test'><name>d%u</name><memory>65536</memory>"
                           "<uuid>00000000-0000-4000-8000-00000000000%u</uuid>"
                           "<os><type>hvm</type></os></domain>",
                           i, i);
  g_string_append(node, "</node>");
  g_close(g_mkstemp(path), NULL);
  g_assert_true(g_file_set_contents(path, node->str, -1, NULL));
  return path;
}

/* Agents that never answered go a few at a time, those that did all at once; a failure counts. */
static void
test_strangers(void)
{
  g_autofree char *path = write_node();
  g_autofree char *uri = g_strdup_printf("test://%s", path);
  g_autoptr(AgentConnection) connection = agent_connection_new(uri);
  struct guest guests[GUESTS];

  reset();
  for (guint i = 0; i < GUESTS; i++) {
    guests[i].connection = connection;
    g_snprintf(guests[i].uuid, sizeof(guests[i].uuid), "00000000-0000-4000-8000-00000000000%u", i);
  }
  libvirt.hang_ms = HANG_MS;
  libvirt.answer = NULL;
  g_assert_cmpuint(ask_all(guests), >=, HANG_MS);
  g_assert_cmpint(libvirt.most, ==, AGENT_CONNECTION_STRANGERS);
  libvirt.answer = "{\"return\":{}}";
  g_assert_cmpuint(ask_all(guests), >=, HANG_MS);
  g_assert_cmpint(libvirt.most, ==, AGENT_CONNECTION_STRANGERS);
  g_assert_cmpuint(ask_all(guests), <, HANG_MS);
  g_assert_cmpint(libvirt.most, ==, GUESTS);
  libvirt.answer = NULL;
  ask_all(guests);
  g_assert_cmpint(libvirt.most, ==, GUESTS);
  ask_all(guests);
  g_assert_cmpint(libvirt.most, ==, AGENT_CONNECTION_STRANGERS);
  g_unlink(path);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/agent-connection/meanings", test_meanings);
  g_test_add_func("/agent-connection/answer", test_answer);
  g_test_add_func("/agent-connection/failure", test_failure);
  g_test_add_func("/agent-connection/refused-once", test_refused_once);
  g_test_add_func("/agent-connection/strangers", test_strangers);
  return g_test_run();
}
