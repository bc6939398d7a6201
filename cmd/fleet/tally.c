/* SPDX-License-Identifier: Apache-2.0 */
/* Counting lines, and looking closely at two of them. */
#include "cmd/fleet/tally.h"

#include "facts/hypervisor.h"

#include <string.h>

void
tally_init(struct tally *tally)
{
  *tally = (struct tally){.total = FACT_UNKNOWN};
}

/* A fact of a line that was kept whole. False when it is not of that kind. */
static bool
parse(const struct tally *tally, enum fact_kind kind, struct fact *ret_fact)
{
  struct fact fact = {0};

  if (tally->line_length > TALLY_KEPT ||
      !stream_parse(tally->line, tally->line_length, &fact, NULL))
    return false;
  if (fact.kind == kind) {
    *ret_fact = fact;
    return true;
  }
  fact_clear(&fact);
  return false;
}

static void
learn_total(struct tally *tally)
{
  struct fact fact;

  if (!parse(tally, FACT_HYPERVISOR, &fact))
    return;
  tally->total = ((struct hypervisor *)fact.data)->domain_count;
  fact_clear(&fact);
}

static void
check_first(struct tally *tally)
{
  struct fact fact;

  if (parse(tally, FACT_COLLECTION, &fact))
    fact_clear(&fact);
  else
    tally->wrong = "what it wrote is no stream of facts";
}

static void
end_line(struct tally *tally)
{
  const size_t kept = MIN(tally->line_length, TALLY_KEPT);
  const enum fact_kind kind = stream_guess_kind(tally->line, kept);

  if (tally->size == 0)
    check_first(tally);
  if (kind == FACT_HYPERVISOR)
    learn_total(tally);
  else if (kind == FACT_GUEST && tally->counts[kind] == 0)
    tally->guests_begun_us = g_get_monotonic_time();
  tally->counts[kind]++;
  tally->ended = kind == FACT_END;
  tally->size += tally->line_length + 1;
  tally->line_length = 0;
}

static void
keep(struct tally *tally, const char *bytes, size_t length)
{
  if (tally->line_length < TALLY_KEPT)
    memcpy(tally->line + tally->line_length, bytes, MIN(TALLY_KEPT - tally->line_length, length));
  tally->line_length += length;
  if (tally->size == 0 && tally->line_length > TALLY_KEPT)
    check_first(tally);
  else if (tally->line_length >= STREAM_LINE_MAX)
    tally->wrong = "it flooded us with a line without an end";
}

bool
tally_feed(struct tally *tally, const char *bytes, size_t length)
{
  const char *end = bytes + length;
  const char *newline;

  while (!tally->wrong && (newline = memchr(bytes, '\n', (size_t)(end - bytes)))) {
    keep(tally, bytes, (size_t)(newline - bytes));
    if (!tally->wrong)
      end_line(tally);
    bytes = newline + 1;
  }
  if (!tally->wrong)
    keep(tally, bytes, (size_t)(end - bytes));
  return !tally->wrong;
}
