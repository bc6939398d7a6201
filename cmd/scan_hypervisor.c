/* SPDX-License-Identifier: Apache-2.0 */
/* Collect one hypervisor and ingest its stream. */
#include "cmd/scan_hypervisor.h"

#include "hypervisor/connection_uri.h"

static void
part_trouble(struct scan_part *part, const char *what)
{
  if (!what)
    return;
  char *earlier = part->trouble;
  part->trouble = earlier ? g_strdup_printf("%s; %s", earlier, what) : g_strdup(what);
  g_free(earlier);
}

static void
part_ingest(struct scan_part *part, Ledger *ledger, FILE *stream)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) results = ingest_streams(ledger, stream, &error);

  if (!results) {
    part_trouble(part, error->message);
  } else if (results->len == 0) {
    part_trouble(part, "the collector wrote nothing");
  } else {
    part->ingest = g_ptr_array_steal_index(results, 0);
    part_trouble(part, part->ingest->error);
    if (part->ingest->cut && !part->trouble)
      part_trouble(part, "its facts end early: nothing is concluded from what is absent");
  }
}

/* Fit to be shown: without a password, and UTF-8. */
static char *
public_uri(const char *uri)
{
  g_autofree char *shown = connection_uri_public(uri);

  return g_utf8_make_valid(shown, -1);
}

struct scan_part *
scan_hypervisor(struct ledger *ledger, const struct collector_options *options)
{
  struct scan_part *part = g_new0(struct scan_part, 1);
  g_autofree char *trouble = NULL;
  g_autoptr(GError) error = NULL;
  gint64 begun_us = g_get_monotonic_time();

  part->uri = options->uri ? public_uri(options->uri) : NULL;
  FILE *stream = collector_run(options, &trouble, &error);
  part_trouble(part, stream ? trouble : error->message);
  if (stream) {
    part_ingest(part, ledger, stream);
    fclose(stream);
  }
  part->seconds = (double)(g_get_monotonic_time() - begun_us) / G_USEC_PER_SEC;
  return part;
}

void
scan_hypervisor_free(struct scan_part *part)
{
  if (!part)
    return;
  g_free(part->uri);
  g_free(part->trouble);
  ingest_result_free(part->ingest);
  g_free(part);
}
