/* SPDX-License-Identifier: Apache-2.0 */
/* A root of our own by mount_setattr(2) and chroot(2), and landlock(7). */
#include "guest/sandbox_directory.h"

#include "guest/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool
close_with(int fd, bool success)
{
  int saved_errno = errno;

  close(fd);
  errno = saved_errno;
  return success;
}

static int
clone_mount(int fd)
{
  return open_tree(fd, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
}

/* A namespace in which we can mount, from which nothing gets back to the host's. */
static bool
attach(int tree)
{
  return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
         move_mount(tree, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) == 0;
}

/* Mount a place over itself. */
static bool
cover(int place)
{
  int mount = clone_mount(place);

  return mount >= 0 &&
         close_with(mount, move_mount(mount, "", place, "",
                                      MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) == 0);
}

/* A container that runs may have renamed what a mount is on; then nobody comes by there. */
static bool
cover_all(int tree, char *const *places)
{
  for (; *places; places++) {
    int place = beneath_open(tree, *places, O_PATH);

    if (place >= 0 && !close_with(place, cover(place)))
      return false;
  }
  return true;
}

bool
sandbox_directory_enclose(int directory)
{
  struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV |
                                              MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSUID};
  g_auto(GStrv) places = beneath_mounts(directory);
  int tree = clone_mount(directory);

  if (tree < 0)
    return false;
  return close_with(tree,
                    mount_setattr(tree, "", AT_EMPTY_PATH, &attributes, sizeof(attributes)) == 0 &&
                        attach(tree) && cover_all(tree, places) && fchdir(tree) == 0 &&
                        chroot(".") == 0 && dup3(tree, directory, O_CLOEXEC) >= 0);
}

/* Everything that the first version of Landlock knows. */
#define RIGHTS_1 ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)

/* Which the third one added (Linux 6.2): O_TRUNC empties a file that is opened only for reading. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

/*
 * What a version can deny. What else later ones added is about system calls that the reader cannot
 * make, or (REFER) denied by all of them.
 */
static __u64
rights_of(long version)
{
  return RIGHTS_1 | (version >= 3 ? LANDLOCK_ACCESS_FS_TRUNCATE : 0);
}

bool
sandbox_directory_fence(int directory)
{
  long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  const struct landlock_ruleset_attr all = {.handled_access_fs = rights_of(version)};
  const struct landlock_path_beneath_attr inside = {
      .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
      .parent_fd = directory,
  };
  int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);

  if (rules < 0)
    return false;
  return close_with(
      rules, syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &inside, 0) == 0 &&
                 syscall(SYS_landlock_restrict_self, rules, 0) == 0);
}
