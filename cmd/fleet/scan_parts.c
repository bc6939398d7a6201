/* SPDX-License-Identifier: Apache-2.0 */
/* What each collector left, into the ledger. */
#include "cmd/fleet/scan_parts.h"

/* What the ingesting thread works with. */
struct scanning {
  const struct scan_intake *intake;
  const GPtrArray *targets;
  GPtrArray *parts;
};

void
scan_part_free(struct scan_part *part)
{
  if (!part)
    return;
  g_free(part->trouble);
  ingest_result_free(part->ingest);
  g_free(part);
}

static void
part_trouble(struct scan_part *part, const char *what)
{
  /* What happened to the collector is in its stream too, and comes back with the result. */
  if (!what || g_strcmp0(part->trouble, what) == 0)
    return;
  char *earlier = part->trouble;
  part->trouble = earlier ? g_strdup_printf("%s; %s", earlier, what) : g_strdup(what);
  g_free(earlier);
}

static void
part_ingest(struct scan_part *part, const struct scan_intake *intake, FILE *stream)
{
  const struct ingest_options options = {
      .configured_as = part->target->name,
      .uri = part->target->uri,
      .labels = part->target->labels,
      .configured = intake->configured,
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) results =
      ingest_streams(intake->ledger, stream, part->target->name ? &options : NULL, &error);

  if (!results) {
    part_trouble(part, error->message);
  } else if (results->len == 0) {
    part_trouble(part, "the collector wrote nothing");
  } else {
    part->ingest = g_ptr_array_steal_index(results, 0);
    part_trouble(part, part->ingest->error);
  }
}

struct scan_part *
scan_part_keep(const struct scan_intake *intake, const struct target *target,
               struct collected *collected)
{
  struct scan_part *part = g_new0(struct scan_part, 1);
  gint64 begun_us = g_get_monotonic_time();

  part->target = target;
  part->trouble = g_strdup(collected->trouble);
  part_ingest(part, intake, collected->stream);
  part->seconds = collected->seconds + (double)(g_get_monotonic_time() - begun_us) / G_USEC_PER_SEC;
  collected_free(collected);
  return part;
}

static void
on_collected(guint index, struct collected *collected, gpointer data)
{
  const struct scanning *scanning = data;

  scanning->parts->pdata[index] =
      scan_part_keep(scanning->intake, scanning->targets->pdata[index], collected);
}

static void
free_part(gpointer part)
{
  scan_part_free(part);
}

GPtrArray *
scan_parts_run(const struct scan_intake *intake, const GPtrArray *targets,
               const struct collectors_options *options, bool *ret_interrupted)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func(free_part);
  struct scanning scanning = {intake, targets, parts};

  g_ptr_array_set_size(parts, (gint)targets->len);
  *ret_interrupted = !collectors_run(targets, options, on_collected, &scanning);
  return parts;
}
