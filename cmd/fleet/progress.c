/* SPDX-License-Identifier: Apache-2.0 */
/* One line on a terminal, redrawn in its place. */
#include "cmd/fleet/progress.h"

#include "cmd/output/escape.h"

#include <stdio.h>
#include <unistd.h>

#define REDRAW_US (100 * 1000)

struct progress {
  bool enabled;
  gint64 drawn_us;
};

struct progress *
progress_new(bool enabled)
{
  struct progress *progress = g_new0(struct progress, 1);

  progress->enabled = enabled && isatty(STDERR_FILENO);
  return progress;
}

static void
append_guests(GString *text, const struct progress_state *state)
{
  const gint64 guests = (gint64)state->tally->counts[FACT_GUEST];

  g_string_append_printf(text, "  %" G_GINT64_FORMAT " guests", guests);
  if (state->guests_s <= 0)
    return;
  double pace = (double)guests / state->guests_s;
  g_string_append_printf(text, "  %.0f guests/s", pace);
  if (state->tally->total > guests)
    g_string_append_printf(text, "  %.0f s left", (double)(state->tally->total - guests) / pace);
}

static void
append_one(GString *text, const struct progress_state *state)
{
  const struct tally *tally = state->tally;

  if (!tally || tally->total == FACT_UNKNOWN) {
    g_string_append(text, tally ? "  connecting" : "  into the ledger");
    return;
  }
  g_string_append_printf(text, "  %" G_GUINT64_FORMAT "/%" G_GINT64_FORMAT " domains",
                         tally->counts[FACT_DOMAIN], tally->total);
  if (tally->counts[FACT_GUEST] > 0)
    append_guests(text, state);
}

char *
progress_text(const struct progress_state *state)
{
  g_autofree char *shown = escape_text(state->shown ? state->shown : "");
  GString *text = g_string_new(NULL);

  if (state->targets == 1) {
    g_string_append(text, shown);
    append_one(text, state);
  } else {
    g_string_append_printf(text, "%u of %u done, %u running", state->done, state->targets,
                           state->running);
    if (state->failed > 0)
      g_string_append_printf(text, ", %u failed: %s", state->failed, shown);
  }
  return g_string_free(text, FALSE);
}

void
progress_show(struct progress *progress, const struct progress_state *state)
{
  gint64 now_us = g_get_monotonic_time();

  if (!progress->enabled || now_us - progress->drawn_us < REDRAW_US)
    return;
  progress->drawn_us = now_us;
  g_autofree char *text = progress_text(state);
  fprintf(stderr, "\r%s\033[K", text);
  fflush(stderr);
}

void
progress_free(struct progress *progress)
{
  if (!progress)
    return;
  if (progress->drawn_us) {
    fputs("\r\033[K", stderr);
    fflush(stderr);
  }
  g_free(progress);
}
