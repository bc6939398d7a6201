/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walls around a directory, for a reader that need not keep to openat2(2)'s RESOLVE_IN_ROOT
 * because a guest has taken it over.
 */
#pragma once

#include <stdbool.h>

/*
 * Make a copy of the mount that begins at the directory our root, in a mount namespace of our own:
 * nothing can be written, run or used as a device in it, and what is mounted below the directory is
 * not there. The places of beneath_mounts() stay mounts (of what they cover), so that
 * beneath_open() still refuses them. Afterwards the descriptor is that of our root.
 *
 * False with errno, and the descriptor as it was: it takes CAP_SYS_ADMIN and CAP_SYS_CHROOT, and a
 * directory in our mount namespace.
 */
bool sandbox_directory_enclose(int directory);

/*
 * By Landlock: no contents but those of files and directories below the directory can be read, and
 * nothing can be written. What it cannot do: hide names and properties of other files, and before
 * Linux 6.2 keep files from being emptied that the process's user may write. It takes no_new_privs.
 * False with errno; ENOSYS or EOPNOTSUPP where the kernel has no Landlock.
 */
bool sandbox_directory_fence(int directory);
