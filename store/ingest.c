/* SPDX-License-Identifier: Apache-2.0 */
/* Streams into the ledger: lines are read and parsed by one thread, and kept by this one. */
#include "store/ingest.h"

#include "store/intake.h"
#include "store/line_feed.h"
#include "store/migrate.h"

typedef struct line_feed LineFeed;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LineFeed, line_feed_free)

void
ingest_result_free(struct ingest_result *result)
{
  if (!result)
    return;
  g_free(result->hypervisor);
  g_free(result->uri);
  g_free(result->status);
  g_free(result->error);
  g_free(result);
}

/* What is wrong with what was read, and not with the ledger. */
static bool
is_stream_error(const GError *error)
{
  return error->domain != STORE_ERROR || error->code == STORE_ERROR_STREAM;
}

/* `error` is never NULL here. */
static bool
take_lines(struct intake *intake, struct line_feed *feed, GError **error)
{
  struct line *line = NULL;
  int more;

  while ((more = line_feed_next(feed, &line, error)) > 0) {
    if (!intake_take(intake, line, error)) {
      if (is_stream_error(*error))
        g_prefix_error(error, "line %" G_GUINT64_FORMAT ": ", line->number);
      return false;
    }
    line_feed_parse_ahead(feed, intake_is_news(intake));
  }
  return more == 0 && intake_end(intake, error);
}

static GPtrArray *
ingest(struct intake *intake, struct line_feed *feed, GError **error)
{
  g_autoptr(GError) wrong = NULL;

  if (take_lines(intake, feed, &wrong))
    return intake_take_results(intake);
  intake_give_up(intake);
  if (!is_stream_error(wrong)) {
    g_propagate_error(error, g_steal_pointer(&wrong));
    return NULL;
  }
  intake_note_refusal(intake, wrong->message);
  g_set_error_literal(error, STORE_ERROR, STORE_ERROR_STREAM, wrong->message);
  return NULL;
}

GPtrArray *
ingest_streams(struct ledger *ledger, FILE *in, const struct ingest_options *options,
               GError **error)
{
  static const struct ingest_options no_options;
  /* Lines that other tables or another stream have validated are to be looked at again. */
  const guint32 salt = (guint32)migrate_newest() << 16 | STREAM_VERSION;
  g_autoptr(Intake) intake = intake_new(ledger_db(ledger), options ? options : &no_options, error);

  if (!intake)
    return NULL;
  g_autoptr(LineFeed) feed = line_feed_new(in, salt);
  return ingest(intake, feed, error);
}
