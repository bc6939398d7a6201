/* SPDX-License-Identifier: Apache-2.0 */
/* The locks that QEMU's own programs hold on an image while they have it open. */
#include "hypervisor/image_lock.h"

#include "scratch.h"

#include <sys/wait.h>
#include <unistd.h>

#define WAIT_MS 10000

/* qemu-io with an image open, until its input ends. */
struct user {
  GPid pid;
  int input;
};

/* `option` may be NULL. */
static struct user
user_start(const char *path, const char *option)
{
  char *argv[] = {(char *)"qemu-io", (char *)"-f",   (char *)"raw",
                  (char *)path,      (char *)option, NULL};
  struct user user;
  g_autoptr(GError) error = NULL;

  g_spawn_async_with_pipes(NULL, argv, NULL,
                           G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
                               G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                           NULL, NULL, &user.pid, &user.input, NULL, NULL, &error);
  g_assert_no_error(error);
  return user;
}

static void
user_stop(struct user *user)
{
  int status;

  close(user->input);
  g_assert_cmpint(waitpid(user->pid, &status, 0), ==, user->pid);
  g_spawn_close_pid(user->pid);
}

static bool
is_locked_within(int fd, guint wait_ms)
{
  for (guint waited_ms = 0; waited_ms < wait_ms; waited_ms += 10) {
    if (image_lock_has_writer(fd))
      return true;
    g_usleep(10000);
  }
  return image_lock_has_writer(fd);
}

static void
test_users(void)
{
  g_autoptr(Scratch) scratch = scratch_new();

  if (!scratch_has_tools("qemu-io", NULL))
    return;
  scratch_run(scratch, "truncate -s 1M image");
  g_autofree char *path = g_build_filename(scratch->path, "image", NULL);
  int fd = scratch_open(scratch, "image");

  g_assert_false(image_lock_has_writer(fd));
  struct user writer = user_start(path, NULL);
  g_assert_true(is_locked_within(fd, WAIT_MS));
  user_stop(&writer);
  g_assert_false(image_lock_has_writer(fd));

  /* Who only reads is in nobody's way, and nobody in his. */
  struct user reader = user_start(path, "-r");
  g_assert_false(is_locked_within(fd, 500));
  user_stop(&reader);
  close(fd);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/image-lock/users", test_users);
  return g_test_run();
}
