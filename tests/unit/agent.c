/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests read through their agents: whole conversations, and all the ways in which they go wrong.
 */
#include "facts/image.h"
#include "guest/agent_road.h"
#include "guest/collectors.h"
#include "tests/unit/agent_guest.h"

#include <string.h>

#define ID    "0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210"

#define MOUNTS                                                                                     \
  "22 27 0:21 / /proc rw,relatime - proc proc rw\n"                                                \
  "27 1 254:0 / / rw,relatime - ext4 /dev/vda1 rw,errors=remount-ro\n"                             \
  "28 27 0:25 / /mnt/a\\040b\\134/etc/machine-id rw - tmpfs tmpfs rw\n"

static const struct agent_guest_file debian[] = {
    {.path = "/etc/machine-id", .text = ID "\n"},
    {.path = "/var/lib/dbus/machine-id", .text = OTHER "\n"},
    {.path = "/etc/hostname", .text = "web-1\n"},
    {.path = "/etc/os-release",
     .text = "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian 12\"\n"},
    {.path = "/proc/cmdline", .text = "BOOT_IMAGE=/vmlinuz root=/dev/vda1 ro quiet\n"},
    {.path = "/proc/self/mountinfo", .text = MOUNTS},
    {0},
};

/* The only identity of a kind, or that of a path. */
static struct identity *
find(struct guest *guest, const char *kind, const char *path)
{
  struct root *root = guest->roots->pdata[0];

  for (guint i = 0; i < root->identities->len; i++) {
    struct identity *identity = root->identities->pdata[i];

    if (strcmp(identity->kind, kind) == 0 && (!path || strcmp(identity->path, path) == 0))
      return identity;
  }
  return NULL;
}

static struct guest *
inspect_files(const struct agent_guest_file *files)
{
  g_autoptr(AgentGuest) peer = agent_guest_new(files);
  struct guest *guest = agent_guest_inspect(&peer->channel);

  g_assert_cmpuint(agent_guest_open_count(peer), ==, 0);
  return guest;
}

static void
test_debian(void)
{
  g_autoptr(AgentGuest) peer = agent_guest_new(debian);
  g_autoptr(Guest) guest = agent_guest_inspect(&peer->channel);
  struct root *root = guest->roots->pdata[0];
  struct identity *id = find(guest, IDENTITY_MACHINE_ID, NULL);

  g_assert_cmpstr(guest->status, ==, GUEST_OK);
  g_assert_null(guest->detail);
  g_assert_cmpstr(root->root, ==, "/");
  g_assert_cmpstr(root->status, ==, GUEST_OK);
  g_assert_cmpstr(root->marks, ==, MARK_GUEST_ATTESTED);
  g_assert_cmpstr(root->hostname, ==, "web-1");
  g_assert_cmpstr(root->os_id, ==, "debian");
  g_assert_cmpstr(root->os_name, ==, "Debian 12");
  g_assert_cmpstr(id->state, ==, STATE_VALID);
  g_assert_cmpstr(id->value, ==, ID);
  g_assert_cmpint(id->mode, ==, FACT_UNKNOWN);
  g_assert_cmpint(id->modified_at, ==, FACT_UNKNOWN);
  g_assert_null(id->link);
  g_assert_null(id->same_file_as);
  g_assert_cmpstr(find(guest, IDENTITY_DBUS_MACHINE_ID, NULL)->value, ==, OTHER);
  g_assert_null(find(guest, IDENTITY_CMDLINE_MACHINE_ID, NULL));
  g_assert_cmpuint(agent_guest_open_count(peer), ==, 0);
  g_assert_cmpuint(peer->asked, <=, 64);
}

static const struct surprise_case {
  const char *name;
  struct agent_guest_surprise surprise;
  const char *status;
  const char *detail;
  guint left_open;
} surprise_cases[] = {
    {"info-late",
     {AGENT_INFO, NULL, AGENT_LATE, NULL},
     GUEST_TIMEOUT,
     "guest-info: no answer in time",
     0},
    {"info-gone",
     {AGENT_INFO, NULL, AGENT_GONE, "QEMU guest agent is not connected"},
     GUEST_NO_AGENT,
     "guest-info: the agent is not there; libvirt says: QEMU guest agent is not connected",
     0},
    {"info-forbidden",
     {AGENT_INFO, NULL, AGENT_FORBIDDEN, "access denied\n"},
     GUEST_DENIED,
     "guest-info: the hypervisor does not let us ask; libvirt says: access denied\n",
     0},
    {"info-flooded",
     {AGENT_INFO, NULL, AGENT_FLOODED, NULL},
     GUEST_AGENT_HOSTILE,
     "guest-info: the reply is too long, or could not be understood",
     0},
    {"info-no-text",
     {AGENT_INFO, NULL, AGENT_REPLIED, NULL},
     GUEST_AGENT_HOSTILE,
     "guest-info: an empty reply",
     0},
    {"info-event",
     {AGENT_INFO, NULL, AGENT_REPLIED, "{\"event\":\"X\"}"},
     GUEST_AGENT_HOSTILE,
     "guest-info: the reply is not one JSON object that returns something",
     0},
    {"info-late-handle",
     {AGENT_INFO, NULL, AGENT_REPLIED, "{\"return\":1000}"},
     GUEST_AGENT_HOSTILE,
     "guest-info: the reply does not list commands",
     0},
    {"info-disabled",
     {AGENT_INFO, NULL, AGENT_REFUSED, "Command guest-info has been disabled"},
     GUEST_BLOCKED,
     "guest-info: guest says: Command guest-info has been disabled",
     0},
    {"info-refused",
     {AGENT_INFO, NULL, AGENT_REFUSED, "no\xff"},
     GUEST_BLOCKED,
     "guest-info: guest says: no\xef\xbf\xbd",
     0},
    {"blocked",
     {AGENT_INFO, NULL, AGENT_REPLIED,
      "{\"return\":{\"supported_commands\":[{\"name\":\"guest-file-open\",\"enabled\":false},"
      "{\"name\":\"guest-file-close\",\"enabled\":false},"
      "{\"name\":\"guest-file-read\",\"enabled\":true}]}}"},
     GUEST_BLOCKED,
     "disabled: guest-file-open, guest-file-close",
     0},
    {"blocked-and-old",
     {AGENT_INFO, NULL, AGENT_REPLIED,
      "{\"return\":{\"supported_commands\":[{\"name\":\"guest-file-open\",\"enabled\":false},"
      "{\"name\":\"guest-file-close\",\"enabled\":true}]}}"},
     GUEST_BLOCKED,
     "disabled: guest-file-open; unknown to the agent: guest-file-read",
     0},
    {"no-commands",
     {AGENT_INFO, NULL, AGENT_REPLIED, "{\"return\":{\"supported_commands\":[]}}"},
     GUEST_BLOCKED,
     "unknown to the agent: guest-file-open, guest-file-read, guest-file-close",
     0},
    {"denied",
     {AGENT_FILE_OPEN, "/etc/machine-id", AGENT_REFUSED,
      "failed to open file '/etc/machine-id' (mode: 'r'): Permission denied"},
     GUEST_DENIED,
     "/etc/machine-id: guest says: failed to open file '/etc/machine-id' (mode: 'r'): Permission "
     "denied",
     0},
    {"open-blocked",
     {AGENT_FILE_OPEN, "/etc/hostname", AGENT_REFUSED,
      "internal error: unable to execute QEMU agent command 'guest-file-open': Command "
      "guest-file-open has been disabled: the agent is in frozen state"},
     GUEST_BLOCKED,
     "guest-file-open: guest says: Command guest-file-open has been disabled: the agent is in "
     "frozen state",
     0},
    {"open-late",
     {AGENT_FILE_OPEN, "/etc/os-release", AGENT_LATE, NULL},
     GUEST_TIMEOUT,
     "guest-file-open: no answer in time",
     0},
    {"open-late-piece",
     {AGENT_FILE_OPEN, "/etc/hostname", AGENT_REPLIED,
      "{\"return\":{\"count\":1,\"buf-b64\":\"AA==\",\"eof\":true}}"},
     GUEST_AGENT_HOSTILE,
     "guest-file-open: the reply is no handle",
     0},
    {"read-late",
     {AGENT_FILE_READ, "/etc/machine-id", AGENT_LATE, NULL},
     GUEST_TIMEOUT,
     "guest-file-read: no answer in time",
     0},
    {"read-flooded",
     {AGENT_FILE_READ, "/etc/os-release", AGENT_FLOODED, NULL},
     GUEST_AGENT_HOSTILE,
     "guest-file-read: the reply is too long, or could not be understood",
     0},
    {"read-gone",
     {AGENT_FILE_READ, "/etc/hostname", AGENT_GONE, NULL},
     GUEST_NO_AGENT,
     "guest-file-read: the agent is not there",
     1},
    {"read-late-handle",
     {AGENT_FILE_READ, "/etc/hostname", AGENT_REPLIED, "{\"return\":1000}"},
     GUEST_AGENT_HOSTILE,
     "guest-file-read: the reply is no piece of a file",
     0},
    {"read-nothing-forever",
     {AGENT_FILE_READ, "/etc/hostname", AGENT_REPLIED,
      "{\"return\":{\"count\":0,\"buf-b64\":\"\",\"eof\":false}}"},
     GUEST_AGENT_HOSTILE,
     "guest-file-read: the reply holds nothing, though the file has not ended",
     0},
    {"read-crumbs-forever",
     {AGENT_FILE_READ, "/etc/machine-id", AGENT_REPLIED,
      "{\"return\":{\"count\":1,\"buf-b64\":\"AA==\",\"eof\":false}}"},
     GUEST_AGENT_HOSTILE,
     "guest-file-read: a file in crumbs",
     0},
    {"close-late",
     {AGENT_FILE_CLOSE, "/etc/hostname", AGENT_LATE, NULL},
     GUEST_TIMEOUT,
     "guest-file-close: no answer in time",
     1},
    {"close-piece",
     {AGENT_FILE_CLOSE, "/etc/hostname", AGENT_REPLIED,
      "{\"return\":{\"count\":1,\"buf-b64\":\"AA==\",\"eof\":true}}"},
     GUEST_AGENT_HOSTILE,
     "guest-file-close: the reply is not empty",
     1},
    {"look-close-gone",
     {AGENT_FILE_CLOSE, "/etc/machine-id", AGENT_GONE, NULL},
     GUEST_NO_AGENT,
     "guest-file-close: the agent is not there",
     1},
};

static void
test_surprise(gconstpointer data)
{
  const struct surprise_case *expected = data;
  g_autoptr(AgentGuest) peer = agent_guest_new(debian);

  agent_guest_surprise(peer, &expected->surprise);
  g_autoptr(Guest) guest = agent_guest_inspect(&peer->channel);
  g_assert_cmpstr(guest->status, ==, expected->status);
  g_assert_cmpstr(guest->detail, ==, expected->detail);
  g_assert_cmpuint(agent_guest_open_count(peer), ==, expected->left_open);
}

/* Nothing is asked after the end, but the one question that closes the file. */
static void
test_silence(void)
{
  g_autoptr(AgentGuest) early = agent_guest_new(debian);
  g_autoptr(AgentGuest) late = agent_guest_new(debian);

  agent_guest_surprise(early, &(struct agent_guest_surprise){AGENT_INFO, NULL, AGENT_LATE, NULL});
  agent_guest_surprise(
      late, &(struct agent_guest_surprise){AGENT_FILE_READ, "/etc/machine-id", AGENT_LATE, NULL});
  g_autoptr(Guest) one = agent_guest_inspect(&early->channel);
  g_autoptr(Guest) other = agent_guest_inspect(&late->channel);
  g_assert_cmpstr(one->status, ==, GUEST_TIMEOUT);
  g_assert_cmpstr(other->status, ==, GUEST_TIMEOUT);
  g_assert_cmpuint(early->asked, ==, 1);
  g_assert_cmpuint(late->asked, ==, 6); /* info; open, close; open, read, close */
}

/* One file that cannot be read, or closed, is that file's own matter. */
static void
test_odd_files(void)
{
  static const struct agent_guest_file files[] = {
      {.path = "/etc/machine-id", .text = ID "\n"},
      {.path = "/var/lib/dbus/machine-id", .read_error = "Is a directory"},
      {.path = "/etc/hostname", .open_error = "Permission denied"},
      {.path = "/etc/os-release", .read_error = "Input/output error"},
      {.path = "/usr/lib/os-release", .text = "ID=alpine\n"},
      {0},
  };
  g_autoptr(Guest) guest = inspect_files(files);
  struct root *root = guest->roots->pdata[0];

  g_assert_cmpstr(find(guest, IDENTITY_MACHINE_ID, NULL)->value, ==, ID);
  g_assert_cmpstr(find(guest, IDENTITY_DBUS_MACHINE_ID, NULL)->state, ==, STATE_NOT_REGULAR);
  g_assert_cmpstr(find(guest, IDENTITY_HOSTNAME, NULL)->state, ==, STATE_UNREADABLE);
  g_assert_cmpstr(root->os_id, ==, "alpine");
}

static void
test_close_refused(void)
{
  g_autoptr(AgentGuest) peer = agent_guest_new(debian);

  agent_guest_surprise(peer, &(struct agent_guest_surprise){AGENT_FILE_CLOSE, NULL, AGENT_REFUSED,
                                                            "failed to close handle"});
  g_autoptr(Guest) guest = agent_guest_inspect(&peer->channel);
  g_assert_cmpstr(find(guest, IDENTITY_MACHINE_ID, NULL)->value, ==, ID);
}

/* By what there is a system, whatever of it can be opened. */
static const struct system_case {
  const char *name;
  struct agent_guest_file files[2];
  const char *state; /* of the machine ID; NULL: no system */
} system_cases[] = {
    {"empty", {{0}}, NULL},
    {"only-passwd", {{.path = "/etc/passwd"}}, STATE_MISSING},
    {"only-fstab", {{.path = "/etc/fstab"}}, STATE_MISSING},
    {"only-vendor", {{.path = "/usr/lib/os-release"}}, STATE_MISSING},
    {"hostname-denied",
     {{.path = "/etc/hostname", .open_error = "Permission denied"}},
     STATE_MISSING},
    {"empty-id", {{.path = "/etc/machine-id"}}, STATE_EMPTY},
    {"directory", {{.path = "/etc/machine-id", .read_error = "Is a directory"}}, STATE_NOT_REGULAR},
    {"socket",
     {{.path = "/etc/machine-id", .open_error = "No such device or address"}},
     STATE_NOT_REGULAR},
    {"loop",
     {{.path = "/etc/machine-id", .open_error = "Too many levels of symbolic links"}},
     STATE_DANGLING},
    {"unreadable",
     {{.path = "/etc/machine-id", .read_error = "Permission denied"}},
     STATE_UNREADABLE},
    {"elsewhere", {{.path = "/etc/resolv.conf"}}, NULL},
};

static void
test_system(gconstpointer data)
{
  const struct system_case *expected = data;
  g_autoptr(Guest) guest = inspect_files(expected->files);

  g_assert_cmpstr(guest->status, ==, expected->state ? GUEST_OK : GUEST_NO_ROOT);
  if (expected->state)
    g_assert_cmpstr(find(guest, IDENTITY_MACHINE_ID, NULL)->state, ==, expected->state);
}

static void
test_windows(void)
{
  g_autoptr(AgentGuest) peer = agent_guest_new(system_cases[0].files);

  agent_guest_surprise(
      peer, &(struct agent_guest_surprise){AGENT_FILE_OPEN, NULL, AGENT_REFUSED,
                                           "failed to open file '/etc/machine-id': The system "
                                           "cannot find the path specified."});
  g_autoptr(Guest) guest = agent_guest_inspect(&peer->channel);
  g_assert_cmpstr(guest->status, ==, GUEST_NO_ROOT);
  g_assert_cmpstr(guest->detail, ==,
                  "no /etc/machine-id, nor any other file that a Linux system has; guest says: "
                  "failed to open file '/etc/machine-id': The system cannot find the path "
                  "specified.");
}

static void
test_unknown_words(void)
{
  g_autoptr(AgentGuest) peer = agent_guest_new(system_cases[0].files);

  agent_guest_surprise(
      peer, &(struct agent_guest_surprise){AGENT_FILE_OPEN, NULL, AGENT_REFUSED, "not today"});
  g_autoptr(Guest) guest = agent_guest_inspect(&peer->channel);
  g_assert_cmpstr(guest->status, ==, IMAGE_UNREADABLE);
  g_assert_cmpstr(guest->detail, ==, "/etc/machine-id: guest says: not today");
}

/* What only a running system shows. */
static const struct running_case {
  const char *name;
  struct agent_guest_file file;
  const char *marks;
  const char *hostname;
  const char *cmdline;
} running_cases[] = {
    {"mounted",
     {.path = "/proc/self/mountinfo",
      .text = MOUNTS "40 27 0:24 /machine-id /etc/machine-id ro,relatime - tmpfs tmpfs rw\n"},
     MARK_GUEST_ATTESTED " " MARK_TRANSIENT_ID,
     NULL,
     NULL},
    {"mounted-twice",
     {.path = "/proc/self/mountinfo",
      .text = "40 27 0:24 /machine-id /etc/machine-id ro - tmpfs tmpfs rw\n"
              "41 40 0:24 /x /etc/machine-id ro - tmpfs tmpfs rw"},
     MARK_GUEST_ATTESTED " " MARK_TRANSIENT_ID,
     NULL,
     NULL},
    {"mounted-elsewhere",
     {.path = "/proc/self/mountinfo",
      .text = "40 27 0:24 /etc/machine-id /mnt ro - tmpfs tmpfs rw\n"
              "41 27 0:24 / /etc/machine-id\\040 ro - tmpfs tmpfs rw\n"
              "42 27 0:24 /\n\n/etc/machine-id\n"},
     MARK_GUEST_ATTESTED,
     NULL,
     NULL},
    {"kernel-name",
     {.path = "/proc/sys/kernel/hostname", .text = "web-2\n"},
     MARK_GUEST_ATTESTED,
     "web-2",
     NULL},
    {"kernel-no-name",
     {.path = "/proc/sys/kernel/hostname", .text = "(none)\n"},
     MARK_GUEST_ATTESTED,
     NULL,
     NULL},
    {"kernel-bad-name",
     {.path = "/proc/sys/kernel/hostname", .text = "web\033[2J\n"},
     MARK_GUEST_ATTESTED,
     NULL,
     NULL},
    {"command-line",
     {.path = "/proc/cmdline", .text = "quiet systemd.machine_id=" OTHER "\n"},
     MARK_GUEST_ATTESTED,
     NULL,
     OTHER},
    {"ostree",
     {.path = "/proc/cmdline", .text = "ostree=/ostree/boot.1/fedora-coreos/0/0\n"},
     MARK_GUEST_ATTESTED,
     NULL,
     NULL},
};

static void
test_running(gconstpointer data)
{
  const struct running_case *expected = data;
  const struct agent_guest_file files[] = {{.path = "/etc/machine-id", .text = ID "\n"},
                                           expected->file,
                                           {.path = "/ostree/deploy"},
                                           {0}};
  g_autoptr(Guest) guest = inspect_files(files);
  struct root *root = guest->roots->pdata[0];
  struct identity *cmdline = find(guest, IDENTITY_CMDLINE_MACHINE_ID, "/proc/cmdline");

  g_assert_cmpstr(root->status, ==, GUEST_OK);
  g_assert_cmpstr(root->marks, ==, expected->marks);
  g_assert_cmpstr(root->hostname, ==, expected->hostname);
  g_assert_cmpstr(find(guest, IDENTITY_HOSTNAME, NULL)->state, ==, STATE_MISSING);
  g_assert_cmpstr(cmdline ? cmdline->value : NULL, ==, expected->cmdline);
}

/* The file's own name is preferred, when it has one. */
static void
test_hostname_file(void)
{
  static const struct agent_guest_file files[] = {
      {.path = "/etc/hostname", .text = "web-1\n"},
      {.path = "/proc/sys/kernel/hostname", .text = "localhost\n"},
      {0},
  };
  static const struct agent_guest_file comment[] = {
      {.path = "/etc/hostname", .text = "# none\n"},
      {.path = "/proc/sys/kernel/hostname", .text = "dhcp-7\n"},
      {0},
  };
  g_autoptr(Guest) named = inspect_files(files);
  g_autoptr(Guest) nameless = inspect_files(comment);

  g_assert_cmpstr(((struct root *)named->roots->pdata[0])->hostname, ==, "web-1");
  g_assert_cmpstr(((struct root *)nameless->roots->pdata[0])->hostname, ==, "dhcp-7");
  g_assert_cmpstr(find(nameless, IDENTITY_HOSTNAME, NULL)->state, ==, STATE_EMPTY);
}

static GBytes *
read_big(struct agent_guest *peer, gsize max, bool *ret_truncated, GError **error)
{
  struct agent_talk talk;
  GBytes *bytes;

  agent_talk_init(&talk, &peer->channel);
  g_autoptr(Road) road = agent_road_new(&talk);
  bytes = road_read_file(road, "/big", max, error);
  *ret_truncated = road->truncated;
  g_assert_cmpuint(agent_guest_open_count(peer), ==, 0);
  agent_talk_clear(&talk);
  return bytes;
}

/* One byte less than the limit, just it, one more, and without end. */
static void
test_big_file(void)
{
  static const gssize differences[] = {-1, 0, 1, 1 << 20};
  g_autofree char *text = g_malloc(2 * ROAD_FILE_MAX);

  for (gsize i = 0; i < 2 * ROAD_FILE_MAX; i++)
    text[i] = (char)(i * 7 + i / 251);
  for (guint i = 0; i < G_N_ELEMENTS(differences); i++) {
    gsize size = (gsize)((gssize)ROAD_FILE_MAX + differences[i]);
    const struct agent_guest_file files[] = {{.path = "/big", .text = text, .size = size}, {0}};
    g_autoptr(AgentGuest) peer = agent_guest_new(files);
    g_autoptr(GError) error = NULL;
    bool truncated;
    g_autoptr(GBytes) bytes = read_big(peer, ROAD_FILE_MAX, &truncated, &error);

    g_assert_no_error(error);
    g_assert_cmpint(truncated, ==, differences[i] > 0);
    g_assert_cmpmem(text, MIN(size, ROAD_FILE_MAX), g_bytes_get_data(bytes, NULL),
                    g_bytes_get_size(bytes));
    g_assert_cmpuint(peer->asked, <=, 36);
  }
}

/* Short pieces are fine, as long as they are not too many. */
static void
test_pieces(void)
{
  static const struct agent_guest_file files[] = {
      {.path = "/big", .text = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef+"},
      {0}};
  g_autoptr(AgentGuest) peer = agent_guest_new(files);
  g_autoptr(GError) error = NULL;
  bool truncated;

  peer->piece_max = 2;
  g_autoptr(GBytes) bytes = read_big(peer, 100, &truncated, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(g_bytes_get_size(bytes), ==, 65);
  peer->piece_max = 1;
  g_autoptr(GBytes) crumbs = read_big(peer, 100, &truncated, &error);
  g_assert_error(error, ROAD_ERROR, ROAD_ERROR_UNREADABLE);
  g_assert_null(crumbs);
}

static void
test_unsupported(void)
{
  struct agent_talk talk = {0};
  g_autoptr(Road) road = agent_road_new(&talk);
  struct file_stat stat;
  GError *error = NULL;

  g_assert_false(road_stat(road, "/etc", true, &stat, &error));
  g_assert_error(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED);
  g_clear_error(&error);
  g_assert_null(road_readlink(road, "/etc", &error));
  g_assert_error(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED);
  g_clear_error(&error);
  g_assert_null(road_list(road, "/etc", &error));
  g_assert_error(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED);
  g_clear_error(&error);
}

#define ADD_CASES(prefix, cases, test)                                                             \
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {                                                \
    g_autofree char *name = g_strconcat(prefix, (cases)[i].name, NULL);                            \
    g_test_add_data_func(name, &(cases)[i], test);                                                 \
  }

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/agent/debian", test_debian);
  ADD_CASES("/agent/surprise/", surprise_cases, test_surprise)
  g_test_add_func("/agent/silence", test_silence);
  g_test_add_func("/agent/odd-files", test_odd_files);
  g_test_add_func("/agent/close-refused", test_close_refused);
  ADD_CASES("/agent/system/", system_cases, test_system)
  g_test_add_func("/agent/windows", test_windows);
  g_test_add_func("/agent/system/unknown-words", test_unknown_words);
  ADD_CASES("/agent/running/", running_cases, test_running)
  g_test_add_func("/agent/hostname-file", test_hostname_file);
  g_test_add_func("/agent/big-file", test_big_file);
  g_test_add_func("/agent/pieces", test_pieces);
  g_test_add_func("/agent/unsupported", test_unsupported);
  return g_test_run();
}
