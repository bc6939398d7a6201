/* SPDX-License-Identifier: Apache-2.0 */
/* The real reader in its sandboxes for one guest: through a directory, and through an agent. */
#include "facts/image.h"
#include "guest/reader_crew.h"
#include "guest/reader_pool.h"
#include "tests/unit/tree.h"

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define ID     "0123456789abcdef0123456789abcdef"
#define SECRET "root:secret:19000:0:99999:7:::\n"

struct fixture {
  struct tree *tree;
  GPtrArray *guests;
  struct reader_crew *crew;
};

static void
take_guest(struct guest *guest, gpointer data)
{
  g_ptr_array_add(data, guest);
}

/* An agent that has one file. */
static struct agent_answer
ask(const char *domain, const struct agent_question *question, guint left_ms, gpointer data)
{
  static const char *const commands[] = {"guest-info", "guest-file-open", "guest-file-read",
                                         "guest-file-close"};
  g_autoptr(GString) info =
      g_string_new("{\"return\":{\"version\":\"7.2\",\"supported_commands\":[");
  g_autofree char *base64 = g_base64_encode((const guchar *)ID "\n", strlen(ID "\n"));

  (void)left_ms;
  (void)data;
  if (strcmp(domain, "gone") == 0)
    return (struct agent_answer){.outcome = AGENT_GONE};
  switch (question->kind) {
  case AGENT_INFO:
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
      g_string_append_printf(info, "%s{\"name\":\"%s\",\"enabled\":true,\"success-response\":true}",
                             i ? "," : "", commands[i]);
    return (struct agent_answer){AGENT_REPLIED, g_strconcat(info->str, "]}}", NULL)};
  case AGENT_FILE_OPEN:
    if (strcmp(question->path, "/etc/machine-id") == 0)
      return (struct agent_answer){AGENT_REPLIED, g_strdup("{\"return\":1000}")};
    return (struct agent_answer){AGENT_REFUSED,
                                 g_strdup("failed to open file: No such file or directory")};
  case AGENT_FILE_READ:
    return (struct agent_answer){
        AGENT_REPLIED,
        g_strdup_printf("{\"return\":{\"count\":33,\"buf-b64\":\"%s\",\"eof\":true}}", base64)};
  default:
    return (struct agent_answer){AGENT_REPLIED, g_strdup("{\"return\":{}}")};
  }
}

static struct reader_crew *
crew_new(void)
{
  const struct reader_crew_options options = {REAL_READER, 2, 20000};
  g_autoptr(GError) error = NULL;
  struct reader_crew *crew = reader_crew_new(&options, ask, NULL, &error);

  g_assert_no_error(error);
  return crew;
}

static void
setup(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  fixture->tree = tree_new();
  fixture->guests = shape_list_new();
  fixture->crew = crew_new();
}

static void
teardown(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  reader_crew_free(fixture->crew);
  g_ptr_array_unref(fixture->guests);
  tree_free(fixture->tree);
}

static struct reader_job *
directory_job(struct fixture *fixture)
{
  struct reader_job *job = reader_job_new("a", ROAD_ROOTFS);

  job->directory = open(fixture->tree->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  g_assert_cmpint(job->directory, >=, 0);
  return job;
}

static const struct guest *
read_job(struct fixture *fixture, struct reader_job *job)
{
  reader_crew_submit(fixture->crew, job);
  reader_crew_finish(fixture->crew, take_guest, fixture->guests);
  return fixture->guests->pdata[fixture->guests->len - 1];
}

static const struct guest *
read_tree(struct fixture *fixture)
{
  return read_job(fixture, directory_job(fixture));
}

static struct root *
only_root(const struct guest *guest)
{
  g_assert_cmpstr(guest->detail, ==, NULL);
  g_assert_cmpstr(guest->status, ==, GUEST_OK);
  g_assert_cmpuint(guest->roots->len, ==, 1);
  struct root *root = guest->roots->pdata[0];
  g_assert_cmpstr(root->root, ==, "/");
  return root;
}

static void
make_tree(struct fixture *fixture)
{
  tree_add_file(fixture->tree, "/etc/machine-id", ID "\n");
  tree_add_file(fixture->tree, "/etc/hostname", "container-1\n");
  tree_add_link(fixture->tree, "/etc/os-release", "/usr/lib/os-release");
  tree_add_file(fixture->tree, "/usr/lib/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
  tree_add_link(fixture->tree, "/var/lib/dbus/machine-id", "/etc/machine-id");
}

static void
test_root(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  make_tree(fixture);
  struct root *root = only_root(read_tree(fixture));
  g_assert_cmpstr(root->status, ==, GUEST_OK);
  g_assert_cmpstr(root->marks, ==, NULL);
  g_assert_cmpstr(root->hostname, ==, "container-1");
  g_assert_cmpstr(root->os_id, ==, "debian");
  g_assert_cmpstr(root_identity(root, IDENTITY_MACHINE_ID, NULL)->value, ==, ID);
  g_assert_cmpstr(root_identity(root, IDENTITY_DBUS_MACHINE_ID, NULL)->value, ==, ID);
}

static void
test_live(struct fixture *fixture, gconstpointer data)
{
  struct reader_job *job = directory_job(fixture);

  (void)data;
  make_tree(fixture);
  job->live = true;
  job->idmap = g_strdup("uid 0 100000 65536, gid 0 100000 65536");
  g_assert_cmpstr(only_root(read_job(fixture, job))->marks, ==, MARK_LIVE);
}

/* The files of a container are not those of the one who reads them. */
static void
test_shifted(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *id = tree_host_path(fixture->tree, "/etc/machine-id");
  g_autofree char *etc = tree_host_path(fixture->tree, "/etc");

  (void)data;
  make_tree(fixture);
  if (chown(id, 100000, 100000) < 0) {
    g_test_skip("only root gives files away");
    return;
  }
  g_assert_no_errno(chmod(id, 0600));
  g_assert_no_errno(chmod(etc, 0700));
  g_assert_no_errno(chmod(fixture->tree->path, 0700));
  struct root *root = only_root(read_tree(fixture));
  g_assert_cmpstr(root_identity(root, IDENTITY_MACHINE_ID, NULL)->value, ==, ID);
}

static void
test_no_root(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  g_assert_cmpstr(read_tree(fixture)->status, ==, GUEST_NO_ROOT);
  tree_add_directory(fixture->tree, "/etc");
  g_assert_cmpstr(read_tree(fixture)->status, ==, GUEST_NO_ROOT);
  tree_add_directory(fixture->tree, "/ostree/repo");
  struct root *root = only_root(read_tree(fixture));
  g_assert_cmpstr(root->status, ==, GUEST_UNSUPPORTED_LAYOUT);
  g_assert_cmpuint(root->identities->len, ==, 0);
}

static void
test_bad_job(struct fixture *fixture, gconstpointer data)
{
  struct reader_job *job = directory_job(fixture);

  (void)data;
  make_tree(fixture);
  job->idmap = g_strdup("uid 0");
  const struct guest *guest = read_job(fixture, job);
  g_assert_cmpstr(guest->status, ==, IMAGE_UNREADABLE);
  g_assert_nonnull(strstr(guest->detail, "idmap"));
  guest = read_job(fixture, reader_job_new("none", ROAD_ROOTFS));
  g_assert_cmpstr(guest->status, ==, IMAGE_UNREADABLE);
  g_assert_nonnull(strstr(guest->detail, "fence"));
  guest = read_job(fixture, reader_job_new("road", "nowhere"));
  g_assert_cmpstr(guest->status, ==, GUEST_READER_CRASHED);
}

static bool
put_host_link(const char *path, const char *secret)
{
  return symlink(secret, path) == 0;
}

static bool
put_link_from_above(const char *path, const char *secret)
{
  g_autofree char *target = g_strconcat("../../../../../../..", secret, NULL);

  return symlink(target, path) == 0;
}

static bool
put_magic_link(const char *path, G_GNUC_UNUSED const char *secret)
{
  return symlink("/proc/self/environ", path) == 0;
}

static bool
put_fifo(const char *path, G_GNUC_UNUSED const char *secret)
{
  return mkfifo(path, 0666) == 0;
}

static bool
put_device(const char *path, G_GNUC_UNUSED const char *secret)
{
  return mknod(path, S_IFCHR | 0666, makedev(1, 5)) == 0;
}

static bool
put_socket(const char *path, G_GNUC_UNUSED const char *secret)
{
  return mknod(path, S_IFSOCK | 0666, 0) == 0;
}

static bool
put_directory(const char *path, G_GNUC_UNUSED const char *secret)
{
  return mkdir(path, 0777) == 0;
}

static bool
put_sparse(const char *path, G_GNUC_UNUSED const char *secret)
{
  int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
  bool done = fd >= 0 && ftruncate(fd, (off_t)1 << 40) == 0;

  close(fd);
  return done;
}

/* Each in the place of the machine ID, and what that is then. */
static const struct replacement {
  const char *name;
  bool (*put)(const char *path, const char *secret);
  const char *state;
} replacements[] = {
    {"host-link", put_host_link, STATE_DANGLING},
    {"link-from-above", put_link_from_above, STATE_DANGLING},
    {"magic-link", put_magic_link, STATE_DANGLING},
    {"fifo", put_fifo, STATE_NOT_REGULAR},
    {"device", put_device, STATE_NOT_REGULAR},
    {"socket", put_socket, STATE_NOT_REGULAR},
    {"directory", put_directory, STATE_NOT_REGULAR},
    {"sparse", put_sparse, STATE_MALFORMED},
};

static void
test_replacement(struct fixture *fixture, gconstpointer data)
{
  const struct replacement *replacement = data;
  g_autofree char *path = tree_host_path(fixture->tree, "/etc/machine-id");
  g_autoptr(Tree) outside = tree_new();
  g_autofree char *secret = tree_host_path(outside, "/secret");

  make_tree(fixture);
  tree_add_file(outside, "/secret", SECRET);
  g_assert_no_errno(chmod(secret, 0666));
  g_assert_no_errno(chmod(outside->path, 0755));
  g_assert_no_errno(unlink(path));
  if (!replacement->put(path, secret)) {
    g_test_skip("this user or file system cannot make one");
    return;
  }
  struct root *root = only_root(read_tree(fixture));
  g_assert_cmpstr(root_identity(root, IDENTITY_MACHINE_ID, NULL)->state, ==, replacement->state);
}

static void
test_many_names(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  make_tree(fixture);
  tree_add_directory(fixture->tree, "/boot/loader/entries");
  for (guint i = 0; i <= ROAD_LIST_MAX; i++) {
    g_autofree char *path = g_strdup_printf("%s/boot/loader/entries/%u", fixture->tree->path, i);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);

    g_assert_no_errno(fd);
    close(fd);
  }
  g_assert_cmpstr(only_root(read_tree(fixture))->marks, ==, MARK_TRUNCATED);
}

/* What the host has mounted in there is neither read nor passed over in silence. */
static void
test_mount(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *var = tree_host_path(fixture->tree, "/var");
  g_autofree char *id = tree_host_path(fixture->tree, "/etc/machine-id");

  (void)data;
  make_tree(fixture);
  if (mount("none", var, "tmpfs", 0, NULL) < 0) {
    g_test_skip("needs to mount");
    return;
  }
  struct root *root = only_root(read_tree(fixture));
  g_assert_no_errno(mount("/dev/null", id, NULL, MS_BIND, NULL));
  struct root *without = only_root(read_tree(fixture));
  g_assert_no_errno(umount(id));
  g_assert_no_errno(umount(var));
  g_assert_cmpstr(root->marks, ==, MARK_MOUNT_MISSING);
  g_assert_nonnull(strstr(root->detail, "/var"));
  g_assert_cmpstr(root_identity(root, IDENTITY_MACHINE_ID, NULL)->value, ==, ID);
  g_assert_cmpstr(root_identity(root, IDENTITY_DBUS_MACHINE_ID, NULL)->state, ==, STATE_UNREADABLE);
  g_assert_cmpstr(root_identity(without, IDENTITY_MACHINE_ID, NULL)->state, ==, STATE_UNREADABLE);
  g_assert_nonnull(strstr(without->detail, "/etc/machine-id, /var"));
}

static void
test_agent(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  const struct guest *guest = read_job(fixture, reader_job_new("gone", ROAD_AGENT));
  g_assert_cmpstr(guest->status, ==, GUEST_NO_AGENT);
  struct root *root = only_root(read_job(fixture, reader_job_new("there", ROAD_AGENT)));
  g_assert_nonnull(strstr(root->marks, MARK_GUEST_ATTESTED));
  g_assert_cmpstr(root_identity(root, IDENTITY_MACHINE_ID, NULL)->value, ==, ID);
}

int
main(int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test)(struct fixture *fixture, gconstpointer data);
  } tests[] = {
      {"/reader-roads/root", test_root},       {"/reader-roads/live", test_live},
      {"/reader-roads/shifted", test_shifted}, {"/reader-roads/no-root", test_no_root},
      {"/reader-roads/bad-job", test_bad_job}, {"/reader-roads/many-names", test_many_names},
      {"/reader-roads/agent", test_agent},     {"/reader-roads/mount", test_mount},
  };

  g_test_init(&argc, &argv, NULL);
  /* What is mounted is for us alone; here, as GLib starts threads from where it likes. */
  if (unshare(CLONE_NEWNS) == 0)
    g_assert_no_errno(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL));
  for (guint i = 0; i < G_N_ELEMENTS(replacements); i++) {
    g_autofree char *name = g_strconcat("/reader-roads/replaced/", replacements[i].name, NULL);
    g_test_add(name, struct fixture, &replacements[i], setup, test_replacement, teardown);
  }
  for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
    g_test_add(tests[i].name, struct fixture, NULL, setup, tests[i].test, teardown);
  return g_test_run();
}
