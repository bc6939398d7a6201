/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a guest's files through its agent. */
#include "guest/agent_road.h"

/*
 * Questions that one file may cost: 1 MiB takes 33 where every piece is full, as agents on Linux
 * make them. Without a limit, a byte at a time would be asked for a million times.
 */
#define PIECES_MAX 64

struct agent_road {
  struct road road;
  struct agent_talk *talk;
};

static void
set_road_error(GError **error, const GError *why)
{
  static const enum road_error codes[] = {
      [AGENT_ERROR_REPLY] = ROAD_ERROR_UNREADABLE,
      [AGENT_ERROR_OVER] = ROAD_ERROR_UNREADABLE,
      [AGENT_ERROR_BLOCKED] = ROAD_ERROR_UNREADABLE,
      [AGENT_ERROR_DENIED] = ROAD_ERROR_UNREADABLE,
      [AGENT_ERROR_NOT_FOUND] = ROAD_ERROR_NOT_FOUND,
      [AGENT_ERROR_NOT_REGULAR] = ROAD_ERROR_NOT_REGULAR,
      [AGENT_ERROR_LOOP] = ROAD_ERROR_LOOP,
      [AGENT_ERROR_OTHER] = ROAD_ERROR_UNREADABLE,
  };

  g_set_error_literal(error, ROAD_ERROR, codes[why->code], why->message);
}

static GBytes *
read_pieces(struct agent_talk *talk, gint64 handle, gsize max, GError **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  bool end = false;

  for (guint pieces = 0; !end && bytes->len < max; pieces++) {
    if (pieces == PIECES_MAX)
      agent_talk_end(talk, GUEST_AGENT_HOSTILE, "guest-file-read: a file in crumbs");
    g_autoptr(GBytes) piece =
        agent_talk_read(talk, handle, (gint64)MIN(AGENT_READ_MAX, max - bytes->len), &end, error);
    if (!piece)
      return NULL;
    g_byte_array_append(bytes, g_bytes_get_data(piece, NULL), (guint)g_bytes_get_size(piece));
  }
  return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

static GBytes *
agent_road_read_file(struct road *road, const char *path, gsize max, GError **error)
{
  struct agent_talk *talk = ((struct agent_road *)road)->talk;
  g_autoptr(GError) why = NULL;
  GBytes *bytes = NULL;
  gint64 handle;

  if (agent_talk_open(talk, path, &handle, &why)) {
    bytes = read_pieces(talk, handle, max, &why);
    agent_talk_close(talk, handle);
  }
  if (!bytes)
    set_road_error(error, why);
  return bytes;
}

static void
set_unsupported(GError **error)
{
  g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED, "an agent only reads files");
}

static bool
agent_road_stat(struct road *road, const char *path, bool follow, struct file_stat *ret_stat,
                GError **error)
{
  (void)road, (void)path, (void)follow, (void)ret_stat;
  set_unsupported(error);
  return false;
}

static GBytes *
agent_road_readlink(struct road *road, const char *path, GError **error)
{
  (void)road, (void)path;
  set_unsupported(error);
  return NULL;
}

static GPtrArray *
agent_road_list(struct road *road, const char *path, GError **error)
{
  (void)road, (void)path;
  set_unsupported(error);
  return NULL;
}

static void
agent_road_free(struct road *road)
{
  g_free(road);
}

struct road *
agent_road_new(struct agent_talk *talk)
{
  static const struct road_ops ops = {
      .read_file = agent_road_read_file,
      .stat = agent_road_stat,
      .readlink = agent_road_readlink,
      .list = agent_road_list,
      .free = agent_road_free,
  };
  struct agent_road *road = g_new0(struct agent_road, 1);

  road->road.ops = &ops;
  road->road.running = true;
  road->talk = talk;
  return &road->road;
}
