/* SPDX-License-Identifier: Apache-2.0 */
/* An io_manager of libext2fs on a struct device. */
#include "guest/disk/ext_io.h"

#include <string.h>

/*
 * libext2fs reads the same few blocks over and over: an inode's directory, its inode table, its
 * directory again for the next name. Lines are as long as a block, but at least a page, so that
 * small blocks are read several at a time.
 */
#define LINE_COUNT 32
#define LINE_MIN   ((size_t)4096)

struct line {
  guint8 *bytes;   /* NULL: the line was never used */
  size_t length;   /* less than a whole line at the end of the device */
  guint64 number;  /* of its place on the device, in lines */
  guint64 used_at; /* io->clock when it was asked for last */
};

struct ext_io {
  struct struct_io_channel channel;
  struct device *device;
  struct line lines[LINE_COUNT];
  size_t line_size;
  guint64 clock;
  guint64 left;       /* bytes that the question at hand may still read */
  guint64 total_left; /* … that all of them may */
  GError *error;
  char name[2 * sizeof(void *) + 1];
};

static bool
spend(struct ext_io *io, size_t length, GError **error)
{
  guint64 left = MIN(io->left, io->total_left);

  if (length > left) {
    g_set_error(error, DISK_ERROR, DISK_ERROR_CORRUPT, "more to read than a sound file system has");
    return false;
  }
  io->left -= length;
  io->total_left -= length;
  return true;
}

/* The line with this number if it is held, else the one to give up for it. */
static struct line *
find_line(struct ext_io *io, guint64 number)
{
  struct line *oldest = &io->lines[0];

  for (guint i = 0; i < LINE_COUNT; i++) {
    struct line *line = &io->lines[i];

    if (line->length > 0 && line->number == number)
      return line;
    if (line->used_at < oldest->used_at)
      oldest = line;
  }
  return oldest;
}

static bool
fill_line(struct ext_io *io, struct line *line, guint64 number, GError **error)
{
  guint64 offset = number * io->line_size;

  if (!line->bytes)
    line->bytes = g_malloc(io->line_size);
  line->number = number;
  line->length = 0;
  size_t length = MIN(io->line_size, io->device->size - offset);
  if (!device_read(io->device, line->bytes, length, offset, error))
    return false;
  line->length = length;
  return true;
}

/* A range that lies in one line, from the cache. */
static bool
read_cached(struct ext_io *io, void *buffer, size_t length, guint64 offset, GError **error)
{
  guint64 number = offset / io->line_size;
  struct line *line = find_line(io, number);

  if ((line->length == 0 || line->number != number) && !fill_line(io, line, number, error))
    return false;
  line->used_at = ++io->clock;
  memcpy(buffer, line->bytes + offset % io->line_size, length);
  return true;
}

static bool
read_range(struct ext_io *io, void *buffer, size_t length, guint64 offset, GError **error)
{
  bool in_one_line = length <= io->line_size - offset % io->line_size;

  if (!spend(io, length, error))
    return false;
  /* A range that leaves the device is left to device_read(), which says so. */
  if (!in_one_line || !device_covers(io->device, offset, length))
    return device_read(io->device, buffer, length, offset, error);
  return read_cached(io, buffer, length, offset, error);
}

static void
drop_lines(struct ext_io *io)
{
  for (guint i = 0; i < LINE_COUNT; i++) {
    g_free(io->lines[i].bytes);
    io->lines[i] = (struct line){0};
  }
}

/*
 * An io_manager's open function is given a name and nothing else. A name that spells the address
 * spares us a global variable, and thereby the rule to open one device at a time.
 */
static errcode_t
channel_open(const char *name, int flags, io_channel *ret_channel)
{
  struct ext_io *io = (struct ext_io *)(guintptr)g_ascii_strtoull(name, NULL, 16);

  if (flags & IO_FLAG_RW)
    return EXT2_ET_RO_FILSYS;
  *ret_channel = &io->channel;
  return 0;
}

static errcode_t
channel_close(io_channel channel)
{
  (void)channel;
  return 0;
}

static errcode_t
channel_set_block_size(io_channel channel, int block_size)
{
  struct ext_io *io = channel->private_data;
  size_t line_size = MAX((size_t)block_size, LINE_MIN);

  channel->block_size = block_size;
  if (line_size != io->line_size)
    drop_lines(io);
  io->line_size = line_size;
  return 0;
}

/* `count` blocks or, when it is negative, so many bytes from the start of the block on. */
static errcode_t
channel_read64(io_channel channel, unsigned long long block, int count, void *data)
{
  struct ext_io *io = channel->private_data;
  size_t block_size = (size_t)channel->block_size;
  size_t length = count < 0 ? (size_t) - (gint64)count : (size_t)count * block_size;
  g_autoptr(GError) error = NULL;

  if (block > G_MAXINT64 / block_size)
    g_set_error(&error, DISK_ERROR, DISK_ERROR_CORRUPT, "block %llu is far beyond any device",
                block);
  else if (read_range(io, data, length, block * block_size, &error))
    return 0;
  if (!io->error)
    io->error = g_steal_pointer(&error);
  return EXT2_ET_SHORT_READ;
}

static errcode_t
channel_read(io_channel channel, unsigned long block, int count, void *data)
{
  return channel_read64(channel, block, count, data);
}

static errcode_t
channel_write64(io_channel channel, unsigned long long block, int count, const void *data)
{
  (void)channel, (void)block, (void)count, (void)data;
  return EXT2_ET_RO_FILSYS;
}

static errcode_t
channel_write(io_channel channel, unsigned long block, int count, const void *data)
{
  return channel_write64(channel, block, count, data);
}

static errcode_t
channel_flush(io_channel channel)
{
  (void)channel;
  return 0;
}

io_manager
ext_io_manager(void)
{
  static const struct struct_io_manager manager = {
      .magic = EXT2_ET_MAGIC_IO_MANAGER,
      .name = "device",
      .open = channel_open,
      .close = channel_close,
      .set_blksize = channel_set_block_size,
      .read_blk = channel_read,
      .read_blk64 = channel_read64,
      .write_blk = channel_write,
      .write_blk64 = channel_write64,
      .flush = channel_flush,
  };

  /* The library's type lacks the const, the library does not write to it. */
  return (io_manager)(guintptr)&manager;
}

struct ext_io *
ext_io_new(struct device *device)
{
  struct ext_io *io = g_new0(struct ext_io, 1);

  io->channel = (struct struct_io_channel){
      .magic = EXT2_ET_MAGIC_IO_CHANNEL,
      .manager = ext_io_manager(),
      .block_size = SUPERBLOCK_OFFSET,
      .refcount = 1,
      .private_data = io,
  };
  io->device = device;
  io->line_size = LINE_MIN;
  io->total_left = EXT_IO_TOTAL_MAX;
  g_snprintf(io->name, sizeof(io->name), "%" G_GINTPTR_MODIFIER "x", (guintptr)io);
  ext_io_begin(io);
  return io;
}

void
ext_io_free(struct ext_io *io)
{
  if (!io)
    return;
  drop_lines(io);
  g_clear_error(&io->error);
  g_free(io);
}

const char *
ext_io_name(const struct ext_io *io)
{
  return io->name;
}

void
ext_io_begin(struct ext_io *io)
{
  io->left = EXT_IO_QUESTION_MAX;
  g_clear_error(&io->error);
}

GError *
ext_io_take_error(struct ext_io *io)
{
  return g_steal_pointer(&io->error);
}
