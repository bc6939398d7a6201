/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader's sandbox of every kind, by trying to get out of it: every attempt runs in a process
 * of its own that has entered the sandbox, and must be the last thing that process does.
 */
#include "guest/sandbox.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_SURVIVED = 0, EXIT_NO_SANDBOX = 99 };

/*
 * What a child has open besides its socket: an image, a socket that is none of its business, and a
 * directory.
 */
enum { IMAGE_FD = 20, OTHER_FD = 21, DIRECTORY_FD = 22 };

enum { DISK = 1 << SANDBOX_DISK, DIRECTORY = 1 << SANDBOX_DIRECTORY };

static const struct kind {
  const char *name;
  enum sandbox_kind kind;
} kinds[] = {
    {"disk", SANDBOX_DISK},
    {"agent", SANDBOX_AGENT},
    {"directory", SANDBOX_DIRECTORY},
};

#define FILE_TEXT "bytes of an image"

static const char some_path[] = "/etc/passwd";
static char buffer[4096] __attribute__((aligned(4096)));
static struct iovec buffer_part = {buffer, 1};
static struct msghdr buffer_message = {.msg_iov = &buffer_part, .msg_iovlen = 1};
static struct open_how read_only = {.flags = O_RDONLY};
static const struct sockaddr_in ssh_here = {.sin_family = AF_INET, .sin_port = 22 << 8};
static const struct rlimit no_limit = {RLIM_INFINITY, RLIM_INFINITY};
static const struct timespec moment = {0, 1};

#define N(number) ((const void *)(gintptr)(number))

/* System calls, each with what would make it succeed, or do harm, where it was allowed. */
static const struct call {
  const char *name;
  long number;
  const void *arguments[6];
  unsigned allowed; /* to kinds of readers, as bits */
} calls[] = {
#ifdef SYS_open
    {"open", SYS_open, {some_path, N(O_RDONLY)}},
    {"stat", SYS_stat, {some_path, buffer}},
    {"fork", SYS_fork, {0}},
#endif
    {"openat", SYS_openat, {N(AT_FDCWD), some_path, N(O_RDONLY)}},
    {"openat2", SYS_openat2, {N(AT_FDCWD), some_path, &read_only, N(sizeof read_only)}, DIRECTORY},
    {"open-by-handle", SYS_open_by_handle_at, {N(AT_FDCWD), buffer, N(O_RDONLY)}},
    {"create", SYS_openat, {N(AT_FDCWD), "/tmp/virt-ledger-sandbox", N(O_CREAT), N(0600)}},
    {"statx", SYS_statx, {N(AT_FDCWD), some_path, 0, 0, buffer}},
    {"readlink",
     SYS_readlinkat,
     {N(AT_FDCWD), "/proc/self/exe", buffer, N(sizeof buffer)},
     DIRECTORY},
    {"list", SYS_getdents64, {N(IMAGE_FD), buffer, N(sizeof buffer)}, DIRECTORY},
    {"unlink", SYS_unlinkat, {N(AT_FDCWD), "/tmp/virt-ledger-sandbox"}},
    {"chmod", SYS_fchmod, {N(IMAGE_FD), N(0777)}},
    {"truncate", SYS_ftruncate, {N(IMAGE_FD), 0}},
    {"read-at", SYS_pread64, {N(IMAGE_FD), buffer, N(1), 0}, DISK | DIRECTORY},
    {"seek", SYS_lseek, {N(IMAGE_FD), 0, N(SEEK_END)}, DISK},
#ifdef SYS_newfstatat
    {"stat-of-file", SYS_fstat, {N(IMAGE_FD), buffer}, DIRECTORY},
    {"stat-at", SYS_newfstatat, {N(AT_FDCWD), some_path, buffer, 0}},
#endif
    {"read", SYS_read, {N(IMAGE_FD), buffer, N(1)}},
    {"write", SYS_write, {N(IMAGE_FD), buffer, N(1)}},
    {"write-at", SYS_pwrite64, {N(IMAGE_FD), buffer, N(1), 0}},
    {"write-to-output", SYS_write, {N(STDOUT_FILENO), "\033[2J", N(4)}},
    {"type-on-terminal", SYS_ioctl, {N(IMAGE_FD), N(0x5412), buffer}},
    {"fcntl", SYS_fcntl, {N(IMAGE_FD), N(F_SETFL), N(O_APPEND)}},
    {"lock", SYS_fcntl, {N(IMAGE_FD), N(F_SETLK), buffer}},
    {"dup", SYS_dup, {N(IMAGE_FD)}},
    {"socket", SYS_socket, {N(AF_INET), N(SOCK_STREAM)}},
    {"connect", SYS_connect, {N(OTHER_FD), &ssh_here, N(sizeof ssh_here)}},
    {"send-elsewhere", SYS_sendmsg, {N(OTHER_FD), &buffer_message}},
    {"receive-elsewhere", SYS_recvmsg, {N(OTHER_FD), &buffer_message, N(MSG_DONTWAIT)}},
    {"exec", SYS_execve, {"/bin/true", 0, 0}},
    {"exec-of-file", SYS_execveat, {N(IMAGE_FD), "", 0, 0, N(AT_EMPTY_PATH)}},
    {"clone", SYS_clone, {N(SIGCHLD)}},
    {"clone3", SYS_clone3, {buffer, N(64)}},
    {"kill", SYS_kill, {N(1), 0}},
    {"tgkill", SYS_tgkill, {N(1), N(1), 0}},
    {"ptrace", SYS_ptrace, {N(PTRACE_TRACEME)}},
    {"read-memory", SYS_process_vm_readv, {N(1), &buffer_part, N(1), &buffer_part, N(1)}},
    {"map-code", SYS_mmap, {0, N(4096), N(PROT_EXEC), N(MAP_PRIVATE | MAP_ANONYMOUS), N(-1)}},
    {"make-code", SYS_mprotect, {buffer, N(sizeof buffer), N(PROT_READ | PROT_EXEC)}},
    {"map-file", SYS_mmap, {0, N(4096), N(PROT_READ), N(MAP_PRIVATE), N(IMAGE_FD)}},
    {"memory-file", SYS_memfd_create, {"x"}},
    {"setuid", SYS_setuid, {0}},
    {"prctl", SYS_prctl, {N(PR_SET_DUMPABLE), N(1)}},
    {"raise-limit", SYS_prlimit64, {0, N(RLIMIT_CPU), &no_limit}},
    {"seccomp", SYS_seccomp, {0}},
    {"user-namespace", SYS_unshare, {N(CLONE_NEWUSER)}},
    {"mount", SYS_mount, {"none", "/tmp", "tmpfs"}},
    {"chroot", SYS_chroot, {"/tmp"}},
    {"chdir", SYS_fchdir, {N(DIRECTORY_FD)}},
    {"clone-mount", SYS_open_tree, {N(DIRECTORY_FD), "", N(AT_EMPTY_PATH | OPEN_TREE_CLONE)}},
    {"change-mount", SYS_mount_setattr, {N(DIRECTORY_FD), "", N(AT_EMPTY_PATH), buffer, N(32)}},
    {"capabilities", SYS_capset, {buffer, buffer}},
    {"io-uring", SYS_io_uring_setup, {N(1), buffer}},
    {"bpf", SYS_bpf, {0, buffer, N(sizeof buffer)}},
    {"shared-memory", SYS_shmget, {0, N(4096), N(0600)}},
    {"sleep", SYS_nanosleep, {&moment}},
    {"unknown-call", 100000, {0}},
};

typedef void (*action)(int socket, gconstpointer data);

static int
open_file(void)
{
  char path[] = "/tmp/virt-ledger-sandbox-XXXXXX";
  int fd = mkstemp(path);

  g_assert_cmpint(fd, >=, 0);
  unlink(path);
  g_assert_cmpint(write(fd, FILE_TEXT, strlen(FILE_TEXT)), ==, strlen(FILE_TEXT));
  return fd;
}

/* A child that enters a sandbox and acts. Our end of its socket is *ret_socket. */
static pid_t
fork_into_sandbox(enum sandbox_kind kind, action act, gconstpointer data, int *ret_socket)
{
  int sockets[2], others[2], file = open_file(), directory = open("/usr", O_PATH | O_CLOEXEC);

  g_assert_no_errno(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets));
  g_assert_no_errno(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, others));
  pid_t pid = fork();
  g_assert_cmpint(pid, >=, 0);
  if (pid == 0) {
    dup2(file, IMAGE_FD);
    dup2(others[1], OTHER_FD);
    dup2(directory, DIRECTORY_FD);
    close(directory);
    close(sockets[0]);
    if (!sandbox_enter(&(struct sandbox){kind, sockets[1], DIRECTORY_FD}, NULL))
      _exit(EXIT_NO_SANDBOX);
    act(sockets[1], data);
    _exit(EXIT_SURVIVED);
  }
  close(sockets[1]);
  close(others[0]);
  close(others[1]);
  close(file);
  close(directory);
  *ret_socket = sockets[0];
  return pid;
}

static int
run_in_sandbox(enum sandbox_kind kind, action act, gconstpointer data)
{
  int socket, status;
  pid_t pid = fork_into_sandbox(kind, act, data, &socket);

  g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
  close(socket);
  return status;
}

static void
make_call(int socket, gconstpointer data)
{
  const struct call *call = data;
  const void *const *arguments = call->arguments;

  (void)socket;
  syscall(call->number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
          arguments[5]);
}

static void
test_calls(gconstpointer data)
{
  const struct kind *kind = data;

  for (guint i = 0; i < G_N_ELEMENTS(calls); i++) {
    int status = run_in_sandbox(kind->kind, make_call, &calls[i]);
    bool allowed = calls[i].allowed & 1u << kind->kind;

    g_test_message("%s", calls[i].name);
    g_assert_cmpint(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, ==, !allowed);
    g_assert_cmpint(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SURVIVED, ==, allowed);
  }
}

static void
do_nothing(int socket, gconstpointer data)
{
  (void)socket;
  (void)data;
}

static void
do_read(int socket, gconstpointer data)
{
  char bytes[sizeof FILE_TEXT] = "";

  (void)socket;
  (void)data;
  if (pread(IMAGE_FD, bytes, sizeof bytes, 0) != (ssize_t)strlen(FILE_TEXT) ||
      strcmp(bytes, FILE_TEXT) != 0 || lseek(IMAGE_FD, 0, SEEK_END) != (off_t)strlen(FILE_TEXT))
    _exit(1);
  close(IMAGE_FD);
}

static void
do_allocate(int socket, gconstpointer data)
{
  (void)socket;
  (void)data;
  for (gsize size = 16; size <= (gsize)64 << 20; size *= 4) {
    char *bytes = g_malloc0(size);

    bytes = g_realloc(bytes, size * 2);
    bytes[size] = 'x';
    g_free(bytes);
  }
}

static int
compare_bytes(const void *a, const void *b)
{
  return *(const char *)a - *(const char *)b;
}

/* Error messages, JSON and sorting are things that libraries open files for, the first time. */
static void
do_use_libraries(int socket, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *bytes = g_malloc0(100000);

  (void)socket;
  (void)data;
  for (int number = 0; number <= 133; number++) {
    g_clear_error(&error);
    g_set_error(&error, READER_ERROR, READER_ERROR_START, "%s: %g", g_strerror(number), 0.5);
  }
  json_t *json = json_pack("{s:s,s:i}", "a", "b", "c", 1);
  free(json_dumps(json, JSON_COMPACT));
  json_decref(json);
  qsort(bytes, 100000, 1, compare_bytes);
}

static void
do_answer(int socket, gconstpointer data)
{
  g_autoptr(Guest) guest = guest_new();

  (void)data;
  guest->domain = g_strdup("domain");
  guest->road = g_strdup(ROAD_DISK);
  guest->status = g_strdup(GUEST_OK);
  if (!reader_protocol_send_guest(socket, guest))
    _exit(1);
}

static const struct {
  const char *name;
  action act;
  unsigned only; /* kinds of readers, as bits; 0: all */
} actions[] = {
    {"nothing", do_nothing},   {"read", do_read, DISK},
    {"allocate", do_allocate}, {"use-libraries", do_use_libraries},
    {"answer", do_answer},
};

static void
test_actions(gconstpointer data)
{
  const struct kind *kind = data;

  for (guint i = 0; i < G_N_ELEMENTS(actions); i++) {
    if (actions[i].only && !(actions[i].only & 1u << kind->kind))
      continue;
    int status = run_in_sandbox(kind->kind, actions[i].act, NULL);

    g_test_message("%s", actions[i].name);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, EXIT_SURVIVED);
  }
}

#ifndef SANDBOX_SANITIZED
static void
do_allocate_too_much(int socket, gconstpointer data)
{
  (void)socket;
  (void)data;
  if (g_try_malloc(SANDBOX_MEMORY_MAX))
    _exit(1);
}

static void
test_memory_limit(gconstpointer data)
{
  int status = run_in_sandbox(((const struct kind *)data)->kind, do_allocate_too_much, NULL);

  g_assert_true(WIFEXITED(status));
  g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}
#endif

/* Say that the sandbox is there, and wait to be looked at. */
static void
do_pose(int socket, gconstpointer data)
{
  (void)data;
  reader_protocol_send_hello(socket);
  reader_protocol_receive_job(socket);
}

/* A file below /proc of a child in the sandbox, whose end this waits for. */
static char *
look_at_child(enum sandbox_kind kind, const char *file)
{
  int socket, status;
  char byte, *text = NULL;
  pid_t pid = fork_into_sandbox(kind, do_pose, NULL, &socket);
  g_autofree char *path = g_strdup_printf("/proc/%d/%s", (int)pid, file);

  g_assert_cmpint(recv(socket, &byte, 1, 0), ==, 1);
  g_file_get_contents(path, &text, NULL, NULL);
  close(socket);
  g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
  g_assert_true(WIFEXITED(status));
  g_assert_nonnull(text);
  return text;
}

/* The words behind a name at the beginning of a line. */
static char *
status_field(const char *text, const char *name)
{
  g_autofree char *pattern = g_strdup_printf("^%s[ \\t]+(.*?)[ \\t]*$", name);
  g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;

  g_assert_true(g_regex_match(regex, text, 0, &match));
  return g_match_info_fetch(match, 1);
}

static void
assert_field(const char *text, const char *name, const char *expected)
{
  g_autofree char *value = status_field(text, name);

  g_assert_cmpstr(value, ==, expected);
}

/* A reader of directories may read what others own, where it could build its first wall. */
static const char *
capabilities_of(enum sandbox_kind kind)
{
  bool may_build = geteuid() == 0 && prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN) == 1;

  return kind == SANDBOX_DIRECTORY && may_build ? "0000000000000004" : "0000000000000000";
}

static void
test_process(gconstpointer data)
{
  enum sandbox_kind kind = ((const struct kind *)data)->kind;
  g_autofree char *status = look_at_child(kind, "status");

  assert_field(status, "NoNewPrivs:", "1");
  assert_field(status, "Seccomp:", "2");
  assert_field(status, "CapPrm:", capabilities_of(kind));
  assert_field(status, "CapEff:", capabilities_of(kind));
  assert_field(status, "CapInh:", "0000000000000000");
  assert_field(status, "CapAmb:", "0000000000000000");
}

static void
test_user(gconstpointer data)
{
  if (geteuid() != 0) {
    g_test_skip("only root has a user to give up");
    return;
  }
  g_autofree char *status = look_at_child(((const struct kind *)data)->kind, "status");
  assert_field(status, "Uid:", "65534\t65534\t65534\t65534");
  assert_field(status, "Gid:", "65534\t65534\t65534\t65534");
  assert_field(status, "Groups:", "");
}

static void
test_limits(gconstpointer data)
{
  g_autofree char *limits = look_at_child(((const struct kind *)data)->kind, "limits");

  assert_field(limits, "Max core file size", "0                    0                    bytes");
  assert_field(limits, "Max processes", "0                    0                    processes");
  assert_field(limits, "Max cpu time", "60                   61                   seconds");
  assert_field(limits, "Max open files", "257                  257                  files");
#ifndef SANDBOX_SANITIZED
  assert_field(limits, "Max address space", "1073741824           1073741824           bytes");
#endif
}

int
main(int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test)(gconstpointer data);
  } tests[] = {
      {"refuses", test_calls},
      {"allows", test_actions},
#ifndef SANDBOX_SANITIZED
      {"memory-limit", test_memory_limit},
#endif
      {"process", test_process},
      {"user", test_user},
      {"limits", test_limits},
  };

  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    for (guint j = 0; j < G_N_ELEMENTS(tests); j++) {
      g_autofree char *name = g_strdup_printf("/sandbox/%s/%s", kinds[i].name, tests[j].name);
      g_test_add_data_func(name, &kinds[i], tests[j].test);
    }
  return g_test_run();
}
