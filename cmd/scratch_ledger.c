/* SPDX-License-Identifier: Apache-2.0 */
/* A folder with a copy of the ledger, a child that works on it, a parent that cleans up. */
#include "cmd/scratch_ledger.h"

#include "cmd/output/message.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct scratch {
  const struct globals *globals;
  const char *path; /* of the ledger */
  const char *folder, *copy;
  enum exit_status (*work)(Ledger *ledger, gpointer data);
  gpointer data;
};

static Ledger *
copy_ledger(const struct scratch *scratch, GError **error)
{
  if (g_file_test(scratch->path, G_FILE_TEST_EXISTS)) {
    g_autoptr(Ledger) ledger = ledger_open(scratch->path, LEDGER_READ, error);

    if (!ledger || !ledger_backup(ledger, scratch->copy, error))
      return NULL;
  }
  return ledger_open(scratch->copy, LEDGER_WRITE, error);
}

static enum exit_status
work_on_copy(const struct scratch *scratch)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Ledger) ledger = copy_ledger(scratch, &error);

  if (ledger)
    return scratch->work(ledger, scratch->data);
  message_error(scratch->globals, "%s", error->message);
  return EXIT_ERROR;
}

/* Wait for the child, and pass on what we are told meanwhile. */
static int
wait_for_child(pid_t child, const sigset_t *signals)
{
  int status = W_EXITCODE(EXIT_ERROR, 0);

  while (waitpid(child, &status, WNOHANG) == 0) {
    int number = sigwaitinfo(signals, NULL);

    if (number > 0 && number != SIGCHLD)
      kill(child, number);
  }
  return status;
}

static void
remove_folder(const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name(dir))) {
    g_autofree char *path = g_build_filename(folder, name, NULL);

    g_unlink(path);
  }
  g_rmdir(folder);
}

static enum exit_status
run_in_child(const struct scratch *scratch)
{
  static const int awaited[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD};
  sigset_t signals, before;

  sigemptyset(&signals);
  for (size_t i = 0; i < G_N_ELEMENTS(awaited); i++)
    sigaddset(&signals, awaited[i]);
  sigprocmask(SIG_BLOCK, &signals, &before);
  pid_t child = fork();
  if (child == 0) {
    sigprocmask(SIG_SETMASK, &before, NULL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    exit(work_on_copy(scratch));
  }
  int status = child > 0 ? wait_for_child(child, &signals) : W_EXITCODE(EXIT_ERROR, 0);
  /* Now: a signal that came too late for the child will end us. */
  remove_folder(scratch->folder);
  sigprocmask(SIG_SETMASK, &before, NULL);
  return WIFEXITED(status) ? (enum exit_status)WEXITSTATUS(status) : EXIT_ERROR;
}

enum exit_status
scratch_ledger_run(const struct globals *globals, const char *path,
                   enum exit_status (*work)(Ledger *ledger, gpointer data), gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp("virt-ledger-XXXXXX", &error);

  if (!folder) {
    message_error(globals, "%s", error->message);
    return EXIT_ERROR;
  }
  g_autofree char *copy = g_build_filename(folder, "ledger.db", NULL);
  const struct scratch scratch = {globals, path, folder, copy, work, data};

  return run_in_child(&scratch);
}
