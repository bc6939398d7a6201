/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virt-ledger-reader: what parses the bytes that guests wrote. virt-ledger starts it with a socket,
 * over which it gets open images and answers facts; by then it can do nothing else.
 */
#include "guest/collectors.h"
#include "guest/disk/inspect.h"
#include "guest/sandbox.h"
#include "guest/seccomp_filter.h"

#include <stdio.h>
#include <stdlib.h>
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

static void
on_root(struct road *road, struct root *root, G_GNUC_UNUSED gpointer data)
{
  collectors_run(road, root);
}

static GArray *
layers_of(const struct reader_disk *disk)
{
  GArray *layers = g_array_new(FALSE, FALSE, sizeof(struct layer));

  for (guint i = 0; i < disk->layers->len; i++) {
    const struct reader_layer *layer = &g_array_index(disk->layers, struct reader_layer, i);
    struct layer opened = {layer->fd, layer->format};

    g_array_append_val(layers, opened);
  }
  return layers;
}

static struct guest *
read_guest(const struct reader_job *job)
{
  g_autofree struct inspect_disk *disks = g_new0(struct inspect_disk, job->disks->len);
  g_autoptr(GPtrArray) layers = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
  struct guest *guest = guest_new();

  guest->domain = g_strdup(job->domain);
  guest->road = g_strdup(job->road);
  for (guint i = 0; i < job->disks->len; i++) {
    const struct reader_disk *disk = job->disks->pdata[i];
    GArray *disk_layers = layers_of(disk);

    g_ptr_array_add(layers, disk_layers);
    disks[i] = (struct inspect_disk){
        .target = disk->target,
        .layers = (const struct layer *)disk_layers->data,
        .layer_count = disk_layers->len,
        .sector_size = disk->sector_size == FACT_UNKNOWN ? 0 : (guint32)disk->sector_size,
        .status = disk->status,
    };
  }
  inspect_disks(disks, job->disks->len, guest, on_root, NULL);
  return guest;
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
serve(void)
{
  struct reader_job *job;
  bool going = reader_protocol_send_hello(READER_SOCKET);

  while (going && !is_spent() && (job = reader_protocol_receive_job(READER_SOCKET))) {
    g_autoptr(Guest) guest = read_guest(job);

    going = reader_protocol_send_guest(READER_SOCKET, guest);
    reader_job_free(job);
  }
}

int
main(void)
{
  g_autoptr(GError) error = NULL;

  if (!has_socket()) {
    fputs("virt-ledger-reader: virt-ledger starts this program; it is of no use by itself\n",
          stderr);
    return EX_USAGE;
  }
  if (!sandbox_enter(READER_SOCKET, &error)) {
    fprintf(stderr, "virt-ledger-reader: %s\n", error->message);
    return EX_OSERR;
  }
  serve();
  return EXIT_SUCCESS;
}
