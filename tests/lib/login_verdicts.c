/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who can log in to the system below a directory: for each key "USER EFFECTIVE REASON", where
 * EFFECTIVE is 1, 0 or -1, and a REASON that there is not is "-".
 */
#include "guest/collect.h"
#include "guest/directory.h"

#include <fcntl.h>
#include <stdio.h>

static void
print_keys(const struct root *root)
{
  for (guint i = 0; i < root->authorized_keys->len; i++) {
    const struct authorized_key *key = root->authorized_keys->pdata[i];

    printf("%s %d %s\n", key->user, (int)key->effective, key->reason ? key->reason : "-");
  }
}

int
main(int argc, char **argv)
{
  g_assert_cmpint(argc, ==, 2);
  int folder = open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
  g_assert_cmpint(folder, >=, 0);
  g_autoptr(Road) road = directory_open(folder, NULL);
  g_autoptr(Root) root = root_new();

  os_release_collect(road, root);
  ssh_collect(road, root);
  print_keys(root);
  return 0;
}
