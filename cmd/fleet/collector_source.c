/* SPDX-License-Identifier: Apache-2.0 */
/* The files and the deadline of a collector, as GLib wants them. */
#include "cmd/fleet/collector_source.h"

struct collector_source {
  GSource source; /* first: this is a GSource */
  struct collector *collector;
  collector_ended ended;
  gpointer data;
  gpointer tags[COLLECTOR_FILES]; /* NULL where the collector no longer waits for the file */
};

/* A collector stops waiting for some of its files; none comes back. */
static void
follow_files(struct collector_source *source)
{
  struct pollfd files[COLLECTOR_FILES];

  collector_wants(source->collector, files);
  for (size_t i = 0; i < COLLECTOR_FILES; i++)
    if (files[i].fd < 0 && source->tags[i])
      g_source_remove_unix_fd(&source->source, g_steal_pointer(&source->tags[i]));
}

static gboolean
prepare(GSource *base, int *ret_timeout_ms)
{
  struct collector_source *source = (struct collector_source *)base;

  follow_files(source);
  *ret_timeout_ms = collector_remaining_ms(source->collector);
  return *ret_timeout_ms == 0;
}

static gboolean
check(GSource *base)
{
  struct collector_source *source = (struct collector_source *)base;

  for (size_t i = 0; i < COLLECTOR_FILES; i++)
    if (source->tags[i] && g_source_query_unix_fd(base, source->tags[i]))
      return TRUE;
  return collector_remaining_ms(source->collector) == 0;
}

static gboolean
dispatch(GSource *base, G_GNUC_UNUSED GSourceFunc function, G_GNUC_UNUSED gpointer data)
{
  const struct collector_source *source = (struct collector_source *)base;

  if (collector_step(source->collector))
    return G_SOURCE_CONTINUE;
  g_source_destroy(base);
  source->ended(source->collector, source->data);
  return G_SOURCE_REMOVE;
}

guint
collector_source_add(struct collector *collector, collector_ended ended, gpointer data)
{
  static GSourceFuncs functions = {.prepare = prepare, .check = check, .dispatch = dispatch};
  struct collector_source *source =
      (struct collector_source *)g_source_new(&functions, sizeof(struct collector_source));
  struct pollfd files[COLLECTOR_FILES];

  source->collector = collector;
  source->ended = ended;
  source->data = data;
  collector_wants(collector, files);
  for (size_t i = 0; i < COLLECTOR_FILES; i++)
    source->tags[i] = g_source_add_unix_fd(&source->source, files[i].fd, G_IO_IN | G_IO_HUP);
  guint number = g_source_attach(&source->source, NULL);
  g_source_unref(&source->source);
  return number;
}
