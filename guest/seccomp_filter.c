/* SPDX-License-Identifier: Apache-2.0 */
/* A list of system calls, by libseccomp's names: the same on every architecture. */
#include "guest/seccomp_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <seccomp.h>
#include <sys/mman.h>

/* What the value of one argument must be, in the bits of `mask`. */
struct condition {
  unsigned argument;
  guint64 mask;
  guint64 value;
};

#define CONDITIONS_MAX 2

struct rule {
  int syscall;
  unsigned only;  /* kinds of readers, as bits; 0: all */
  bool on_socket; /* the first argument is the reader's own socket */
  unsigned condition_count;
  struct condition conditions[CONDITIONS_MAX];
};

enum { FIRST, SECOND, PROTECTION, FLAGS }; /* arguments of mmap() and mprotect() */

enum { DISK = 1 << SANDBOX_DISK, DIRECTORY = 1 << SANDBOX_DIRECTORY };

static const struct rule rules[] = {
    {SCMP_SYS(pread64), DISK | DIRECTORY}, /* unlike read(), of no use on a terminal */
    {SCMP_SYS(lseek), DISK},               /* how long an image or a block device is */
    /* What it may open is not said here: a filter does not see into structures and paths. */
    {SCMP_SYS(openat2), DIRECTORY},
    {SCMP_SYS(fstat), DIRECTORY},
    {SCMP_SYS(newfstatat), DIRECTORY, .condition_count = 1, /* which is fstat() in some libraries */
     .conditions = {{FLAGS, AT_EMPTY_PATH, AT_EMPTY_PATH}}},
    {SCMP_SYS(readlinkat), DIRECTORY},
    {SCMP_SYS(getdents64), DIRECTORY},
    {SCMP_SYS(close)},
    {SCMP_SYS(recvmsg), .on_socket = true},
    {SCMP_SYS(sendmsg), .on_socket = true},
    {SCMP_SYS(brk)},
    {SCMP_SYS(mmap), .condition_count = 2,
     .conditions = {{PROTECTION, PROT_EXEC, 0}, {FLAGS, MAP_ANONYMOUS, MAP_ANONYMOUS}}},
    {SCMP_SYS(mprotect), .condition_count = 1, .conditions = {{PROTECTION, PROT_EXEC, 0}}},
    {SCMP_SYS(mremap)},
    {SCMP_SYS(munmap)},
    {SCMP_SYS(madvise)},
    {SCMP_SYS(futex)},
    {SCMP_SYS(clock_gettime)}, /* where the vDSO has no clock */
    {SCMP_SYS(gettimeofday)},
    {SCMP_SYS(restart_syscall)},
    {SCMP_SYS(rt_sigreturn)},
    {SCMP_SYS(exit)},
    {SCMP_SYS(exit_group)},
#ifdef SANDBOX_SANITIZED
    {SCMP_SYS(write), .condition_count = 1, .conditions = {{FIRST, G_MAXUINT64, 2}}}, /* reports */
    {SCMP_SYS(getpid)},
    {SCMP_SYS(gettid)},
    {SCMP_SYS(rt_sigprocmask)},
    {SCMP_SYS(sigaltstack)},
    {SCMP_SYS(sched_yield)},
#endif
};

static int
add_rule(scmp_filter_ctx filter, const struct rule *rule, int socket)
{
  struct scmp_arg_cmp comparisons[CONDITIONS_MAX + 1];
  unsigned count = 0;

  if (rule->on_socket)
    comparisons[count++] = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)socket);
  for (unsigned i = 0; i < rule->condition_count; i++) {
    const struct condition *condition = &rule->conditions[i];

    comparisons[count++] =
        SCMP_CMP(condition->argument, SCMP_CMP_MASKED_EQ, condition->mask, condition->value);
  }
  return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, rule->syscall, count, comparisons);
}

bool
seccomp_filter_load(enum sandbox_kind kind, int socket)
{
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
  int result = filter ? 0 : -ENOMEM;

  if (result == 0)
    result = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  for (unsigned i = 0; result == 0 && i < G_N_ELEMENTS(rules); i++)
    if (!rules[i].only || rules[i].only & 1u << kind)
      result = add_rule(filter, &rules[i], socket);
  if (result == 0)
    result = seccomp_load(filter);
  seccomp_release(filter);
  errno = -result;
  return result == 0;
}
