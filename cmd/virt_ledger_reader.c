/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virt-ledger-reader: what parses the bytes that guests wrote. virt-ledger starts it for a road,
 * its argument, with a socket, over which it gets open files and answers facts; by then it can do
 * nothing else.
 */
#include "guest/reading.h"
#include "guest/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <time.h>

#ifdef SANDBOX_SANITIZED
const char *__asan_default_options(void);

/* Looking for leaks takes a process of its own, and naming symbols another. */
const char *
__asan_default_options(void)
{
  return "detect_leaks=0:symbolize=0";
}
#endif

static const struct kind {
  const char *road;
  struct guest *(*read)(const struct reader_job *job);
  enum sandbox_kind sandbox;
  bool is_late; /* it takes a job to build the sandbox */
  guint guests; /* to be read before it ends */
} kinds[] = {
    {ROAD_DISK, reading_disk, SANDBOX_DISK, .guests = G_MAXUINT},
    {ROAD_AGENT, reading_agent, SANDBOX_AGENT, .guests = 1},
    {ROAD_ROOTFS, reading_rootfs, SANDBOX_DIRECTORY, .is_late = true, .guests = 1},
};

static const struct kind *
find_kind(const char *road)
{
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (strcmp(kinds[i].road, road) == 0)
      return &kinds[i];
  return NULL;
}

/* Whether virt-ledger started us, and not somebody curious. */
static bool
has_socket(void)
{
  int type;
  socklen_t size = sizeof(type);

  return getsockopt(READER_SOCKET, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
         type == SOCK_SEQPACKET;
}

/*
 * Its limit of CPU time is for its whole life, so a reader ends between two guests while any of
 * them could still have half of it. virt-ledger starts another.
 */
static bool
is_spent(void)
{
  struct timespec used;

  return clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) < 0 || used.tv_sec >= SANDBOX_CPU_MAX_S / 2;
}

static void
serve(const struct kind *kind)
{
  struct reader_job *job;
  bool going = reader_protocol_send_hello(READER_SOCKET);

  for (guint i = 0; going && i < kind->guests && !is_spent() &&
                    (job = reader_protocol_receive_job(READER_SOCKET));
       i++) {
    g_autoptr(Guest) guest = kind->read(job);

    going = reader_protocol_send_guest(READER_SOCKET, guest);
    reader_job_free(job);
  }
}

int
main(int argc, char **argv)
{
  const struct kind *kind = argc == 2 && has_socket() ? find_kind(argv[1]) : NULL;
  g_autoptr(GError) error = NULL;

  if (!kind) {
    fputs("virt-ledger-reader: virt-ledger starts this program; it is of no use by itself\n",
          stderr);
    return EX_USAGE;
  }
  const struct sandbox sandbox = {kind->sandbox, READER_SOCKET, -1};
  if (!kind->is_late && !sandbox_enter(&sandbox, &error)) {
    fprintf(stderr, "virt-ledger-reader: %s\n", error->message);
    return EX_OSERR;
  }
  serve(kind);
  return EXIT_SUCCESS;
}
