/* SPDX-License-Identifier: Apache-2.0 */
/* Streams in files, each made whole before the ledger sees it. */
#include "cmd/fleet/spool.h"

#include "cmd/version.h"
#include "facts/clock.h"
#include "facts/hypervisor.h"
#include "hypervisor/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

bool
spool_open(struct spool *spool, guint64 limit, GError **error)
{
  g_autofree char *path = g_build_filename(g_get_tmp_dir(), "virt-ledger-XXXXXX", NULL);
  int fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);
  FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");

  if (!file)
    g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno),
                "cannot make a temporary file in %s: %s", g_get_tmp_dir(), g_strerror(errno));
  if (fd >= 0)
    unlink(path);
  if (!file)
    return false;
  *spool = (struct spool){.file = file, .limit = limit};
  tally_init(&spool->tally);
  return true;
}

static FILE *
open_memory(void)
{
  int fd = memfd_create("virt-ledger", MFD_CLOEXEC);
  FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");

  if (!file)
    g_error("no memory for a file: %s", g_strerror(errno));
  return file;
}

void
spool_open_small(struct spool *spool)
{
  *spool = (struct spool){.file = open_memory(), .limit = G_MAXUINT64};
  tally_init(&spool->tally);
}

void
spool_close(struct spool *spool)
{
  if (spool->file)
    fclose(spool->file);
  g_free(spool->wrong);
  *spool = (struct spool){0};
}

static bool
refuse(struct spool *spool, char *why)
{
  spool->wrong = why;
  return false;
}

bool
spool_take(struct spool *spool, const char *bytes, size_t length)
{
  const guint64 size = spool->tally.size + spool->tally.line_length;

  if (spool->wrong)
    return false;
  if (length > spool->limit || size > spool->limit - length)
    return refuse(spool, g_strdup_printf("it flooded us with more than %" G_GUINT64_FORMAT
                                         " bytes of facts, the stream-limit",
                                         spool->limit));
  if (!tally_feed(&spool->tally, bytes, length))
    return refuse(spool, g_strdup(spool->tally.wrong));
  if (fwrite(bytes, 1, length, spool->file) == length && fflush(spool->file) == 0)
    return true;
  return refuse(spool, g_strdup_printf("its facts cannot be kept in %s: %s", g_get_tmp_dir(),
                                       g_strerror(errno)));
}

bool
spool_is_whole(const struct spool *spool)
{
  return !spool->wrong && spool->tally.ended;
}

static void
write_collection(FILE *file, const struct target *target)
{
  g_autoptr(Collection) collection = collection_new();

  collection->version = STREAM_VERSION;
  collection->tool = g_strdup(VERSION_TOOL);
  collection->uri = connection_asked_uri(target->uri, NULL);
  collection->at = clock_now();
  stream_write(file, FACT_COLLECTION, collection, NULL);
}

/* Should the disk be too full even for this, ingest finds a stream without an end. */
static void
write_end(FILE *file, const struct tally *tally, const char *status, const char *detail)
{
  g_autoptr(End) end = end_new();

  end->status = g_strdup(status);
  end->detail = g_strdup(detail);
  end->domains = (gint64)tally->counts[FACT_DOMAIN];
  end->images = (gint64)tally->counts[FACT_IMAGE];
  end->guests = (gint64)tally->counts[FACT_GUEST];
  stream_write(file, FACT_END, end, NULL);
}

/*
 * Drop what follows the last whole line. Where nothing can be used, drop the file, on a disk that
 * may be too full for what is to be said instead.
 */
static void
cut(struct spool *spool)
{
  if (spool->wrong) {
    tally_init(&spool->tally);
    fclose(spool->file);
    spool->file = open_memory();
  } else if (ftruncate(fileno(spool->file), (off_t)spool->tally.size) == 0) {
    fseeko(spool->file, 0, SEEK_END);
  }
}

FILE *
spool_finish(struct spool *spool, const struct target *target, const char *status,
             const char *detail)
{
  clearerr(spool->file);
  cut(spool);
  if (!spool->tally.ended) {
    if (spool->tally.size == 0)
      write_collection(spool->file, target);
    write_end(spool->file, &spool->tally, status, detail);
  }
  rewind(spool->file);
  return g_steal_pointer(&spool->file);
}
