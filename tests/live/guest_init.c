/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first program of a test guest, /init of its initramfs. Loads the modules that /modules/order
 * names. Then, where the kernel's command line says agent=MODE, it is a guest that is nothing but
 * that fake agent (/agent, tests/lib/agent_server.c) at its port; else it boots the system on
 * /dev/vda1.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define TRIES   200 /* times a PAUSE: what is not there after so long will not come */
#define PAUSE   50000
#define FOLDER  "/run"
#define NAME    "guest"
#define SYSTEM  "/dev/vda1"
#define NEWROOT "/system"

static void
load_module(const char *path)
{
  int fd = open(path, O_RDONLY | O_CLOEXEC);

  if (fd < 0 || syscall(SYS_finit_module, fd, "", 0) != 0)
    err(1, "%s", path);
  close(fd);
}

static void
load_modules(void)
{
  FILE *order = fopen("/modules/order", "re");
  char path[256];

  if (!order)
    err(1, "/modules/order");
  while (fgets(path, sizeof(path), order)) {
    path[strcspn(path, "\n")] = '\0';
    load_module(path);
  }
  fclose(order);
}

static void
boot_system(char **argv)
{
  for (int i = 0; mount(SYSTEM, NEWROOT, "ext4", 0, NULL) != 0; i++) {
    if (i == TRIES)
      err(1, SYSTEM);
    usleep(PAUSE);
  }
  if (chdir(NEWROOT) != 0 || mount("/dev", "dev", NULL, MS_MOVE, NULL) != 0 ||
      mount(".", "/", NULL, MS_MOVE, NULL) != 0 || chroot(".") != 0)
    err(1, NEWROOT);
  execv("/sbin/init", argv);
  err(1, "/sbin/init");
}

/* The guest has one port, that of its agent. */
static int
open_port(void)
{
  for (int i = 0; i < TRIES; i++) {
    glob_t found = {0};
    int fd = -1;

    if (glob("/dev/vport*", 0, NULL, &found) == 0)
      fd = open(found.gl_pathv[0], O_RDWR | O_CLOEXEC);
    globfree(&found);
    if (fd >= 0)
      return fd;
    usleep(PAUSE);
  }
  err(1, "no port");
}

static int
connect_agent(void)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = FOLDER "/" NAME};
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  for (int i = 0; connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0; i++) {
    if (i == TRIES)
      err(1, "%s", address.sun_path);
    usleep(PAUSE);
  }
  return fd;
}

/* Does not end. */
static void
copy(int from, int to)
{
  static char bytes[1 << 16];

  for (;;) {
    ssize_t count = read(from, bytes, sizeof(bytes));

    if (count <= 0) /* nobody at the other end of the port; perhaps later */
      usleep(PAUSE);
    for (ssize_t done = 0; done < count;) {
      ssize_t written = write(to, bytes + done, (size_t)(count - done));

      if (written < 0)
        usleep(PAUSE);
      else
        done += written;
    }
  }
}

static void
be_agent(const char *mode)
{
  char guest[64];

  snprintf(guest, sizeof(guest), NAME ":%s", mode);
  if (fork() == 0) {
    execl("/agent", "/agent", FOLDER, "/trees", "0", guest, NULL);
    err(1, "/agent");
  }
  int agent = connect_agent(), port = open_port();
  if (fork() == 0)
    copy(port, agent);
  copy(agent, port);
}

int
main(int argc, char **argv)
{
  /* Words that the kernel does not know become variables of its first program. */
  const char *mode = getenv("agent");

  (void)argc;
  load_modules();
  if (mount("devtmpfs", "/dev", "devtmpfs", 0, NULL) != 0)
    err(1, "/dev");
  if (mode)
    be_agent(mode);
  boot_system(argv);
}
