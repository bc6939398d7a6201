/* SPDX-License-Identifier: Apache-2.0 */
/* From a path to facts. A raw image's first bytes are compared with magics, and never followed. */
#include "hypervisor/image_read.h"

#include "guest/disk/raw.h"
#include "hypervisor/image_file.h"
#include "hypervisor/image_format.h"
#include "hypervisor/image_status.h"

#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define BLOCK          512 /* what st_blocks counts */
#define ANY_WRITE_BITS (S_IWUSR | S_IWGRP | S_IWOTH)

static bool
is_readonly(const struct image *image, mode_t mode)
{
  struct statvfs filesystem;

  if (!(mode & ANY_WRITE_BITS))
    return true;
  return statvfs(image->path, &filesystem) == 0 && filesystem.f_flag & ST_RDONLY;
}

/* A block device's space is its storage's business: a thin one looks like a thick one. */
static void
take_stat(struct image *image, const struct stat *stat, struct image_identity *ret_identity)
{
  *ret_identity = (struct image_identity){stat->st_dev, stat->st_ino, stat->st_size, stat->st_mtim};
  image->file_id =
      g_strdup_printf("%lx:%lx", (unsigned long)stat->st_dev, (unsigned long)stat->st_ino);
  image->readonly = is_readonly(image, stat->st_mode);
  if (!S_ISREG(stat->st_mode))
    return;
  image->apparent_size = stat->st_size;
  image->allocated = (gint64)stat->st_blocks * BLOCK;
}

static void
take_raw(struct image *image, const struct device *device)
{
  image->format = g_strdup("raw");
  image->virtual_size = (gint64)device->size;
}

static void
refuse_mismatch(struct image *image, const struct image_format *found)
{
  const char *claim = found ? found->name : NULL;

  image->magic_format = g_strdup(claim);
  image_status_set(image, IMAGE_FORMAT_MISMATCH, "declared as %s, but %s%s%s",
                   image->declared_format,
                   claim ? "it begins as " : "its first bytes are not of that format",
                   claim ? claim : "", claim ? " does" : "");
}

/* Raw bytes belong to the guest: what they look like is a fact, and nothing is read from it. */
static void
read_raw(struct image *image, struct image_belief belief, struct device *device)
{
  const struct image_format *found = image_format_probe(device);

  take_raw(image, device);
  if (!found)
    return;
  if (belief.encrypted && strcmp(found->name, "luks") == 0) {
    image->encryption = g_strdup("luks");
    image_status_set(image, IMAGE_ENCRYPTED,
                     "the domain says so, and it begins with a LUKS header");
    return;
  }
  refuse_mismatch(image, found);
}

static void
read_header(struct image *image, const struct image_format *format, struct image_source *source)
{
  g_autoptr(GError) error = NULL;

  image->format = g_strdup(format->name);
  if (!format->read(source, image, &error))
    image_status_set(image, disk_error_status(error), "%s", error->message);
  else if (!image->status && !format->supported)
    image_status_set(image, IMAGE_UNSUPPORTED_FORMAT, "the content of %s images is not read",
                     format->name);
}

static void
read_declared(struct image *image, struct image_belief belief, struct image_source *source)
{
  const char *declared = image->declared_format;

  if (strcmp(declared, "raw") == 0) {
    read_raw(image, belief, source->device);
    return;
  }
  if (!image_format_known(declared)) {
    image_status_set(image, IMAGE_UNSUPPORTED_FORMAT, "the format %s is not known here", declared);
    return;
  }
  const struct image_format *format = image_format_match(source->device, declared);
  if (format)
    read_header(image, format, source);
  else
    refuse_mismatch(image, image_format_probe(source->device));
}

static void
read_orphan(struct image *image, struct image_source *source)
{
  const struct image_format *format = image_format_probe(source->device);

  if (format)
    read_header(image, format, source);
  else
    take_raw(image, source->device);
}

static void
read_content(struct image *image, struct image_belief belief, struct image_source *source)
{
  if (belief.probe)
    read_orphan(image, source);
  else if (image->declared_format)
    read_declared(image, belief, source);
  else
    image_status_set(
        image, IMAGE_FORMAT_MISSING,
        "no format is declared: give the disk a <driver type='…'/>, so that nothing has to "
        "be guessed");
}

/* Formats without tables of their own here are judged by their blocks, as raw is. */
static void
find_provisioning(struct image *image)
{
  if (image->provisioning || !image->format || strcmp(image->format, "qcow2") == 0)
    return;
  if (image->allocated < 0 || image->virtual_size < 0)
    return;
  image->provisioning = g_strdup(image->allocated >= image->virtual_size ? "preallocated" : "thin");
}

static void
read_open_file(struct image *image, struct image_belief belief, int fd)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Device) device = raw_open(fd, &error);

  if (!device) {
    image_status_set(image, IMAGE_UNREADABLE, "%s", error->message);
    return;
  }
  if (image->apparent_size < 0)
    image->apparent_size = (gint64)device->size;
  struct image_source source = {device, fd};
  read_content(image, belief, &source);
  find_provisioning(image);
  if (!image->status)
    image_status_set(image, IMAGE_OK, NULL);
}

void
image_read(struct image *image, struct image_belief belief, struct image_identity *ret_identity)
{
  struct stat stat;
  int fd;
  const char *status = image_file_open(image->path, &stat, &fd);
  const char *reason = g_strerror(errno);

  *ret_identity = (struct image_identity){0};
  if (stat.st_mode)
    take_stat(image, &stat, ret_identity);
  if (fd < 0) {
    bool other = strcmp(status, IMAGE_NOT_REGULAR) == 0;
    image_status_set(image, status, "%s",
                     other ? "neither a regular file nor a block device" : reason);
    return;
  }
  read_open_file(image, belief, fd);
  close(fd);
}

static bool
is_same(const struct stat *stat, const struct image_identity *identity)
{
  return stat->st_dev == identity->device && stat->st_ino == identity->inode;
}

static bool
is_unchanged(const struct stat *stat, const struct image_identity *identity)
{
  return stat->st_size == identity->size && stat->st_mtim.tv_sec == identity->modified.tv_sec &&
         stat->st_mtim.tv_nsec == identity->modified.tv_nsec;
}

int
image_read_again(const struct image *image, const struct image_identity *identity, bool live)
{
  struct stat stat;
  int fd;

  image_file_open(image->path, &stat, &fd);
  if (fd >= 0 && (!is_same(&stat, identity) || (!live && !is_unchanged(&stat, identity)))) {
    close(fd);
    errno = ESTALE;
    return -1;
  }
  return fd;
}
