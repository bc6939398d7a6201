/* SPDX-License-Identifier: Apache-2.0 */
/* The reader's sandbox: identity, limits, and a list of system calls. */
#include "guest/sandbox.h"

#include "guest/seccomp_filter.h"

#include <errno.h>
#include <grp.h>
#include <jansson.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ERRNO_MAX   133  /* EHWPOISON, the last error number of Linux */
#define SORT_LENGTH 1024 /* from here on qsort(3) asks how much memory the machine has */

static int
compare_bytes(const void *a, const void *b)
{
  return *(const guint8 *)a - *(const guint8 *)b;
}

/* What libraries look for outside when they are first used, and remember. */
static bool
settle_libraries(void)
{
  guint8 bytes[SORT_LENGTH] = {1};

  json_object_seed(0); /* opens /dev/urandom */
  qsort(bytes, sizeof(bytes), 1, compare_bytes);
  /* Opens the locale's converters; the result is used so that no compiler drops the call. */
  for (int number = 1; number <= ERRNO_MAX; number++)
    if (!g_strerror(number))
      return false;
  return true;
}

static bool
become_nobody(void)
{
  if (getuid() != 0 && geteuid() != 0)
    return true;
  return setgroups(0, NULL) == 0 && setresgid(SANDBOX_GID, SANDBOX_GID, SANDBOX_GID) == 0 &&
         setresuid(SANDBOX_UID, SANDBOX_UID, SANDBOX_UID) == 0;
}

/* A service manager may have given them to whoever started us, and they pass through exec. */
static bool
drop_capabilities(void)
{
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

  return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 &&
         syscall(SYS_capset, &header, none) == 0;
}

/* After the change of user, which takes both of the first two back. */
static bool
protect_process(void)
{
  return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 &&
         prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

static bool
set_limits(void)
{
  static const struct {
    int resource;
    rlim_t soft, hard;
  } limits[] = {
      {RLIMIT_CORE, 0, 0},
      {RLIMIT_NPROC, 0, 0},
      {RLIMIT_NOFILE, SANDBOX_FILES_MAX, SANDBOX_FILES_MAX},
      {RLIMIT_CPU, SANDBOX_CPU_MAX_S, SANDBOX_CPU_MAX_S + 1}, /* at the hard one it is SIGKILL */
#ifndef SANDBOX_SANITIZED /* which reserves address space by the terabyte */
      {RLIMIT_AS, SANDBOX_MEMORY_MAX, SANDBOX_MEMORY_MAX},
      {RLIMIT_FSIZE, 0, 0},
#endif
  };

  for (guint i = 0; i < G_N_ELEMENTS(limits); i++)
    if (setrlimit(limits[i].resource, &(struct rlimit){limits[i].soft, limits[i].hard}) < 0)
      return false;
  return true;
}

static bool
refuse(const char *step, GError **error)
{
  g_set_error(error, READER_ERROR, READER_ERROR_START, "the reader's sandbox cannot %s: %s", step,
              g_strerror(errno));
  return false;
}

bool
sandbox_enter(int socket, GError **error)
{
  /* In this order: each step needs what the next takes away. */
  static const struct {
    const char *name;
    bool (*take)(void);
  } steps[] = {
      {"settle the libraries", settle_libraries},
      {"become nobody", become_nobody},
      {"drop capabilities", drop_capabilities},
      {"protect the process", protect_process},
      {"set limits", set_limits},
  };

  for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
    if (!steps[i].take())
      return refuse(steps[i].name, error);
  return seccomp_filter_load(socket) || refuse("filter system calls", error);
}
