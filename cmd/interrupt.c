/* SPDX-License-Identifier: Apache-2.0 */
/* Signals through signalfd(2). */
#include "cmd/interrupt.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

static bool
is_ignored(int number)
{
  struct sigaction action;

  return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void
interrupt_begin(struct interrupt *ret_interrupt)
{
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  sigset_t signals;

  sigemptyset(&signals);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (!is_ignored(numbers[i]))
      sigaddset(&signals, numbers[i]);
  sigprocmask(SIG_BLOCK, &signals, &ret_interrupt->before);
  ret_interrupt->fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

void
interrupt_end(struct interrupt *interrupt)
{
  struct signalfd_siginfo heard;

  if (interrupt->fd >= 0) {
    /* The one that was heard has done its work. */
    if (read(interrupt->fd, &heard, sizeof heard) < 0)
      heard.ssi_signo = 0;
    close(interrupt->fd);
    interrupt->fd = -1;
  }
  sigprocmask(SIG_SETMASK, &interrupt->before, NULL);
}
