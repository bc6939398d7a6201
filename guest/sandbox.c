/* SPDX-License-Identifier: Apache-2.0 */
/* The reader's sandbox: identity, walls, limits, and a list of system calls. */
#include "guest/sandbox.h"

#include "guest/sandbox_directory.h"

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

/* What stands so far. */
struct building {
  struct sandbox sandbox;
  bool enclosed;
};

static int
compare_bytes(const void *a, const void *b)
{
  return *(const guint8 *)a - *(const guint8 *)b;
}

/* What libraries look for outside when they are first used, and remember. */
static bool
settle_libraries(G_GNUC_UNUSED struct building *building)
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

/* Not everybody can, and there is a second wall. */
static bool
enclose_directory(struct building *building)
{
  const struct sandbox *sandbox = &building->sandbox;

  building->enclosed =
      sandbox->kind == SANDBOX_DIRECTORY && sandbox_directory_enclose(sandbox->directory);
  return true;
}

/* Capabilities stay permitted until they are dropped. */
static bool
become_nobody(G_GNUC_UNUSED struct building *building)
{
  if (getuid() != 0 && geteuid() != 0)
    return true;
  return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0 && setgroups(0, NULL) == 0 &&
         setresgid(SANDBOX_GID, SANDBOX_GID, SANDBOX_GID) == 0 &&
         setresuid(SANDBOX_UID, SANDBOX_UID, SANDBOX_UID) == 0;
}

/*
 * A service manager may have given them to whoever started us, and they pass through exec. To read
 * what is not one's own is for a tree without devices only: one of them may be the host's disk.
 */
static bool
drop_capabilities(struct building *building)
{
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3];
  guint32 wanted = building->enclosed ? CAP_TO_MASK(CAP_DAC_READ_SEARCH) : 0;

  if (syscall(SYS_capget, &header, held) < 0)
    return false;
  wanted &= held[0].permitted;
  const struct __user_cap_data_struct kept[_LINUX_CAPABILITY_U32S_3] = {
      {.effective = wanted, .permitted = wanted}};
  return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 &&
         syscall(SYS_capset, &header, kept) == 0;
}

/* After the change of user, which takes both of the first two back. */
static bool
protect_process(G_GNUC_UNUSED struct building *building)
{
  return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 &&
         prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

/* Where the kernel has no such thing, the other wall must do. */
static bool
fence_directory(struct building *building)
{
  const struct sandbox *sandbox = &building->sandbox;

  return sandbox->kind != SANDBOX_DIRECTORY || sandbox_directory_fence(sandbox->directory) ||
         (building->enclosed && (errno == ENOSYS || errno == EOPNOTSUPP));
}

static bool
set_limits(G_GNUC_UNUSED struct building *building)
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

static bool
load_filter(struct building *building)
{
  return seccomp_filter_load(building->sandbox.kind, building->sandbox.socket);
}

bool
sandbox_enter(const struct sandbox *sandbox, GError **error)
{
  /* In this order: each step needs what the next takes away. */
  static const struct {
    const char *name;
    bool (*take)(struct building *building);
  } steps[] = {
      {"settle the libraries", settle_libraries},
      {"enclose the directory", enclose_directory},
      {"become nobody", become_nobody},
      {"drop capabilities", drop_capabilities},
      {"protect the process", protect_process},
      {"fence the directory", fence_directory},
      {"set limits", set_limits},
      {"filter system calls", load_filter},
  };
  struct building building = {.sandbox = *sandbox};

  for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
    if (!steps[i].take(&building))
      return refuse(steps[i].name, error);
  return true;
}
