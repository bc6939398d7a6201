/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a stream that passes by: in whatever pieces they come, the same is counted. */
#include "cmd/fleet/tally.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
feed(struct tally *tally, const uint8_t *data, size_t size, size_t step)
{
  tally_init(tally);
  for (size_t at = 0; at < size && !tally->wrong; at += step)
    tally_feed(tally, (const char *)data + at, MIN(step, size - at));
}

static void
check(const struct tally *tally, size_t size)
{
  guint64 lines = 0;

  for (size_t kind = 0; kind <= FACT_KINDS; kind++)
    lines += tally->counts[kind];
  if (tally->size > size || lines > tally->size || (tally->ended && !lines))
    abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct tally whole, pieces;

  feed(&whole, data, size, MAX(size, 1));
  feed(&pieces, data, size, size > 0 ? 1 + data[0] % 64 : 1);
  check(&whole, size);
  check(&pieces, size);
  if (!whole.wrong != !pieces.wrong)
    abort();
  if (!whole.wrong && (whole.size != pieces.size || whole.total != pieces.total ||
                       memcmp(whole.counts, pieces.counts, sizeof whole.counts) != 0))
    abort();
  return 0;
}
