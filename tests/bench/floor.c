/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What reading a fleet of overlays costs at least: the list and XML calls, and for each guest the
 * reads that its identity needs, with nothing done with the bytes. The reads are a recording, a
 * line each: layer (0 the overlay, 1 its base), offset, bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <libvirt/libvirt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct request {
  int layer;
  off_t offset;
  size_t length;
};

#define REQUEST_MAX ((size_t)4 << 20)

static GArray *
load_recording(const char *path)
{
  GArray *requests = g_array_new(FALSE, FALSE, sizeof(struct request));
  FILE *in = fopen(path, "re");
  long layer, offset, length;

  while (in && fscanf(in, "%ld %ld %ld", &layer, &offset, &length) == 3) {
    struct request request = {layer != 0, offset, MIN((size_t)length, REQUEST_MAX)};
    g_array_append_val(requests, request);
  }
  if (in)
    fclose(in);
  return requests;
}

static size_t
replay(const GArray *requests, const int fds[2], char *buffer)
{
  size_t bytes = 0;

  for (guint i = 0; i < requests->len; i++) {
    const struct request *request = &g_array_index(requests, struct request, i);
    ssize_t got = pread(fds[request->layer], buffer, request->length, request->offset);

    bytes += got > 0 ? (size_t)got : 0;
  }
  return bytes;
}

static size_t
read_guest(const char *overlay, const char *base, const GArray *requests, char *buffer)
{
  int fds[2] = {open(overlay, O_RDONLY | O_CLOEXEC), open(base, O_RDONLY | O_CLOEXEC)};
  size_t bytes = replay(requests, fds, buffer);

  for (size_t i = 0; i < G_N_ELEMENTS(fds); i++)
    if (fds[i] >= 0)
      close(fds[i]);
  return bytes;
}

/* The path of the first disk: enough XML for definitions that the bench wrote itself. */
static char *
first_disk(const char *xml)
{
  static const char before[] = "<source file='";
  const char *path = xml ? strstr(xml, before) : NULL;

  return path ? g_strndup(path + strlen(before), strcspn(path + strlen(before), "'")) : NULL;
}

static size_t
read_fleet(virConnectPtr connection, const char *base, const GArray *requests)
{
  g_autofree char *buffer = g_malloc(REQUEST_MAX);
  virDomainPtr *domains;
  int count = virConnectListAllDomains(connection, &domains, 0);
  size_t bytes = 0;

  for (int i = 0; i < count; i++) {
    char *xml = virDomainGetXMLDesc(domains[i], 0);
    g_autofree char *overlay = first_disk(xml);

    if (overlay)
      bytes += read_guest(overlay, base, requests, buffer);
    free(xml);
    virDomainFree(domains[i]);
  }
  if (count >= 0)
    free(domains);
  return bytes;
}

int
main(int argc, char **argv)
{
  if (argc != 4) {
    fprintf(stderr, "usage: bench-floor URI BASE RECORDING\n");
    return EXIT_FAILURE;
  }
  virConnectPtr connection = virConnectOpenReadOnly(argv[1]);
  g_autoptr(GArray) requests = load_recording(argv[3]);
  if (!connection || requests->len == 0) {
    fprintf(stderr, "bench-floor: no connection, or nothing recorded in %s\n", argv[3]);
    return EXIT_FAILURE;
  }
  printf("%u reads a guest, %zu bytes in all\n", requests->len,
         read_fleet(connection, argv[2], requests));
  virConnectClose(connection);
  return EXIT_SUCCESS;
}
