/* SPDX-License-Identifier: Apache-2.0 */
/* Progress of a scan, counted from the first bytes of each line of its stream. */
#include "cmd/progress.h"

#include "cmd/escape.h"
#include "facts/hypervisor.h"
#include "facts/stream.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define REDRAW_US (100 * 1000)

/* The hypervisor's line is read whole for its count; of the others the first bytes are enough. */
#define LINE_KEPT 4096

struct progress {
  bool enabled;
  struct progress_state state;
  gint64 begun_us, drawn_us;
  gint64 guests_begun_us; /* the first one's time: domains come before, at another pace */
  size_t length;          /* of the line so far, as much of it as is kept */
  char line[LINE_KEPT];
};

struct progress *
progress_new(const char *uri, bool enabled)
{
  struct progress *progress = g_new0(struct progress, 1);

  progress->enabled = enabled && isatty(STDERR_FILENO);
  progress->state.uri = uri;
  progress->state.total = FACT_UNKNOWN;
  progress->begun_us = g_get_monotonic_time();
  return progress;
}

static void
append_remaining(GString *text, const struct progress_state *state)
{
  double pace = state->guests / state->seconds;

  g_string_append_printf(text, "  %.0f guests/s", pace);
  if (state->total > state->guests)
    g_string_append_printf(text, "  %.0f s left", (state->total - state->guests) / pace);
}

char *
progress_text(const struct progress_state *state)
{
  g_autofree char *uri = escape_text(state->uri);
  GString *text = g_string_new(uri);

  if (state->total == FACT_UNKNOWN)
    g_string_append(text, "  connecting");
  else
    g_string_append_printf(text, "  %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT " domains",
                           state->domains, state->total);
  if (state->guests > 0) {
    g_string_append_printf(text, "  %" G_GINT64_FORMAT " guests", state->guests);
    if (state->seconds > 0)
      append_remaining(text, state);
  }
  return g_string_free(text, FALSE);
}

static void
redraw(struct progress *progress)
{
  gint64 now_us = g_get_monotonic_time();

  if (!progress->enabled || now_us - progress->drawn_us < REDRAW_US)
    return;
  progress->drawn_us = now_us;
  progress->state.seconds =
      progress->guests_begun_us ? (double)(now_us - progress->guests_begun_us) / G_USEC_PER_SEC : 0;
  g_autofree char *text = progress_text(&progress->state);
  fprintf(stderr, "\r%s\033[K", text);
  fflush(stderr);
}

static void
learn_total(struct progress *progress)
{
  struct fact fact = {0};

  if (!stream_parse(progress->line, progress->length, &fact, NULL))
    return;
  if (fact.kind == FACT_HYPERVISOR)
    progress->state.total = ((struct hypervisor *)fact.data)->domain_count;
  fact_clear(&fact);
}

static void
end_line(struct progress *progress)
{
  switch (stream_guess_kind(progress->line, progress->length)) {
  case FACT_HYPERVISOR:
    learn_total(progress);
    break;
  case FACT_DOMAIN:
    progress->state.domains++;
    break;
  case FACT_GUEST:
    if (progress->state.guests++ == 0)
      progress->guests_begun_us = g_get_monotonic_time();
    break;
  default:
    break;
  }
  progress->length = 0;
}

static void
keep(struct progress *progress, const char *bytes, size_t length)
{
  size_t room = sizeof(progress->line) - progress->length;
  size_t taken = MIN(room, length);

  memcpy(progress->line + progress->length, bytes, taken);
  progress->length += taken;
}

void
progress_feed(struct progress *progress, const char *bytes, size_t length)
{
  const char *end = bytes + length;
  const char *newline;

  while ((newline = memchr(bytes, '\n', (size_t)(end - bytes)))) {
    keep(progress, bytes, (size_t)(newline - bytes));
    end_line(progress);
    bytes = newline + 1;
  }
  keep(progress, bytes, (size_t)(end - bytes));
  redraw(progress);
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
