/* SPDX-License-Identifier: Apache-2.0 */
/* Devices: bounds, parts, raw images, chains that make no sense, and the status of every error. */
#include "guest/disk/device.h"

#include "facts/guest.h"
#include "facts/image.h"
#include "guest/disk/chain.h"
#include "guest/disk/raw.h"
#include "tests/unit/scratch.h"

#include <unistd.h>

static const char content[] = "0123456789abcdef";
#define CONTENT_LENGTH 16

static struct device *
open_content(int *ret_fd)
{
  g_autoptr(GError) error = NULL;

  *ret_fd = scratch_memory(content, CONTENT_LENGTH, 0);
  struct device *device = raw_open(*ret_fd, &error);
  g_assert_no_error(error);
  return device;
}

static const struct {
  guint64 offset, length;
  bool inside;
} ranges[] = {
    {0, 16, true},
    {0, 0, true},
    {16, 0, true},
    {15, 1, true},
    {0, 17, false},
    {16, 1, false},
    {17, 0, false},
    {G_MAXUINT64, 2, false},
    {2, G_MAXUINT64 - 1, false},
};

static void
test_bounds(void)
{
  int fd;
  g_autoptr(Device) device = open_content(&fd);

  g_assert_cmpuint(device->size, ==, 16);
  for (guint i = 0; i < G_N_ELEMENTS(ranges); i++) {
    g_autoptr(GError) error = NULL;
    char bytes[CONTENT_LENGTH];
    bool read = device_read(device, bytes, ranges[i].length, ranges[i].offset, &error);
    g_assert_cmpint(read, ==, ranges[i].inside);
    if (read)
      g_assert_cmpmem(bytes, ranges[i].length, content + ranges[i].offset, ranges[i].length);
    else
      g_assert_error(error, DISK_ERROR, DISK_ERROR_CORRUPT);
  }
  close(fd);
}

static const struct {
  guint64 offset, length, size;
} slices[] = {
    {4, 8, 8},  {4, 12, 12},          {4, 13, 12},         {16, 1, 0},
    {17, 1, 0}, {0, G_MAXUINT64, 16}, {G_MAXUINT64, 9, 0},
};

static void
test_slices(void)
{
  int fd;
  g_autoptr(Device) device = open_content(&fd);

  for (guint i = 0; i < G_N_ELEMENTS(slices); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Device) slice = device_slice(device, slices[i].offset, slices[i].length);
    char bytes[CONTENT_LENGTH];
    g_assert_cmpuint(slice->size, ==, slices[i].size);
    g_assert_true(device_read(slice, bytes, slice->size, 0, &error));
    g_assert_cmpmem(bytes, slice->size, content + slices[i].offset * (slice->size > 0),
                    slice->size);
    g_assert_false(device_read(slice, bytes, 1, slice->size, &error));
    g_assert_error(error, DISK_ERROR, DISK_ERROR_CORRUPT);
  }
  close(fd);
}

static void
test_file_shrinks(void)
{
  g_autoptr(GError) error = NULL;
  int fd;
  g_autoptr(Device) device = open_content(&fd);
  char bytes[CONTENT_LENGTH];

  g_assert_cmpint(ftruncate(fd, 8), ==, 0);
  g_assert_false(device_read(device, bytes, 9, 0, &error));
  g_assert_error(error, DISK_ERROR, DISK_ERROR_IO);
  close(fd);
}

static void
test_no_size(void)
{
  g_autoptr(GError) error = NULL;
  int ends[2];

  g_assert_cmpint(pipe(ends), ==, 0);
  g_assert_null(raw_open(ends[0], &error));
  g_assert_error(error, DISK_ERROR, DISK_ERROR_IO);
  close(ends[0]);
  close(ends[1]);
}

static void
test_chain(void)
{
  int fd = scratch_memory(content, CONTENT_LENGTH, 0);
  const struct {
    struct layer layers[2];
    guint count;
    enum disk_error code;
  } chains[] = {
      {{{fd, "vmdk"}}, 1, DISK_ERROR_UNSUPPORTED_FORMAT},
      {{{fd, NULL}}, 1, DISK_ERROR_UNSUPPORTED_FORMAT},
      {{{fd, "qcow2"}}, 1, DISK_ERROR_UNSUPPORTED_FORMAT},
      {{{fd, "raw"}, {fd, "raw"}}, 2, DISK_ERROR_CORRUPT},
      {{{fd, "qcow2"}, {fd, "raw"}}, 2, DISK_ERROR_UNSUPPORTED_FORMAT},
      {{{fd, "vmdk"}, {fd, "raw"}}, 2, DISK_ERROR_UNSUPPORTED_FORMAT},
      {{{fd, "raw"}, {fd, "vmdk"}}, 2, DISK_ERROR_UNSUPPORTED_FORMAT},
  };

  for (guint i = 0; i < G_N_ELEMENTS(chains); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(chain_open(chains[i].layers, chains[i].count, &error));
    g_assert_error(error, DISK_ERROR, (int)chains[i].code);
  }
  close(fd);
}

static void
test_status(void)
{
  static const struct {
    enum disk_error code;
    const char *status;
  } words[] = {
      {DISK_ERROR_IO, IMAGE_UNREADABLE},
      {DISK_ERROR_CORRUPT, IMAGE_CORRUPT},
      {DISK_ERROR_ENCRYPTED, IMAGE_ENCRYPTED},
      {DISK_ERROR_EXTERNAL_DATA_FILE, IMAGE_EXTERNAL_DATA_FILE},
      {DISK_ERROR_UNKNOWN_FEATURE, IMAGE_UNKNOWN_FEATURE},
      {DISK_ERROR_BACKING_MISSING, IMAGE_BACKING_MISSING},
      {DISK_ERROR_UNSUPPORTED_FORMAT, IMAGE_UNSUPPORTED_FORMAT},
      {DISK_ERROR_UNSUPPORTED_FILESYSTEM, GUEST_UNSUPPORTED_FILESYSTEM},
      {DISK_ERROR_NOT_FOUND, GUEST_NO_FILESYSTEM},
      {DISK_ERROR_LINK_LOOP, IMAGE_UNREADABLE},
  };
  g_autoptr(GError) foreign = g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_IO, "");

  for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
    g_autoptr(GError) error = g_error_new_literal(DISK_ERROR, (int)words[i].code, "");
    g_assert_cmpstr(disk_error_status(error), ==, words[i].status);
  }
  for (int code = 0; code <= DISK_ERROR_LINK_LOOP; code++) {
    g_autoptr(GError) error = g_error_new_literal(DISK_ERROR, code, "");
    g_assert_nonnull(disk_error_status(error));
  }
  g_assert_cmpstr(disk_error_status(foreign), ==, IMAGE_UNREADABLE);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/device/bounds", test_bounds);
  g_test_add_func("/device/slices", test_slices);
  g_test_add_func("/device/file-shrinks", test_file_shrinks);
  g_test_add_func("/device/no-size", test_no_size);
  g_test_add_func("/device/chain", test_chain);
  g_test_add_func("/device/status", test_status);
  return g_test_run();
}
