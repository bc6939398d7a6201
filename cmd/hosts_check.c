/* SPDX-License-Identifier: Apache-2.0 */
/* A short stream from each collector becomes a row. */
#include "cmd/hosts_check.h"

#include "facts/hypervisor.h"
#include "facts/stream_reader.h"

#include <string.h>

#define STATUS_OK     "ok"
#define STATUS_FAILED "failed"

/* What answered; texts are NULL where nothing did. */
struct answer {
  Collection *collection;
  Hypervisor *hypervisor;
  End *end;
  struct collected *collected;
};

struct checking {
  const GPtrArray *targets;
  struct answer *answers; /* of each target */
};

static const struct output_column columns[] = {
    {"name"}, {"uri"},     {"status"}, {"hostname"}, {"driver"}, {"libvirt_version"},
    {"tool"}, {"seconds"}, {"error"},
};

/* Where a fact of a kind is kept; NULL for a kind that no check needs. */
static gpointer *
place_of(struct answer *answer, enum fact_kind kind)
{
  switch (kind) {
  case FACT_COLLECTION:
    return (gpointer *)&answer->collection;
  case FACT_HYPERVISOR:
    return (gpointer *)&answer->hypervisor;
  case FACT_END:
    return (gpointer *)&answer->end;
  default:
    return NULL;
  }
}

static void
take_line(struct answer *answer, const char *line, size_t length)
{
  struct fact fact = {0};

  if (!stream_parse(line, length, &fact, NULL))
    return;
  gpointer *place = place_of(answer, fact.kind);
  if (place && !*place)
    *place = g_steal_pointer(&fact.data);
  fact_clear(&fact);
}

static void
on_collected(guint index, struct collected *collected, gpointer data)
{
  const struct checking *checking = data;
  struct answer *answer = &checking->answers[index];
  struct stream_reader *reader = stream_reader_new(collected->stream);
  const char *line;
  size_t length;

  while (stream_reader_next(reader, &line, &length, NULL) > 0)
    take_line(answer, line, length);
  stream_reader_free(reader);
  /* A fleet may have more hypervisors than we may have files. */
  g_clear_pointer(&collected->stream, fclose);
  answer->collected = collected;
}

static void
answer_clear(struct answer *answer)
{
  collection_free(answer->collection);
  hypervisor_free(answer->hypervisor);
  end_free(answer->end);
  collected_free(answer->collected);
}

/* Why a target failed, new; NULL when it did not. */
static char *
what_is_wrong(const struct answer *answer)
{
  if (answer->collected->trouble)
    return g_strdup(answer->collected->trouble);
  if (answer->collection && answer->collection->version > STREAM_VERSION)
    return g_strdup_printf("it writes facts of version %" G_GINT64_FORMAT
                           ", and this program reads those up to %d",
                           answer->collection->version, STREAM_VERSION);
  if (answer->end && answer->end->detail)
    return g_strdup(answer->end->detail);
  return answer->hypervisor ? NULL : g_strdup("it did not say who it is");
}

static struct cell
text_cell(const char *text)
{
  return text ? cell_of_text(text) : (struct cell){.type = CELL_NULL};
}

/* What the end says, where it says that something is wrong. */
static const char *
status_of(const struct answer *answer, const char *wrong)
{
  if (!wrong)
    return STATUS_OK;
  if (answer->end && strcmp(answer->end->status, END_PARTIAL) != 0)
    return answer->end->status;
  return STATUS_FAILED;
}

static bool
write_row(struct output *output, const struct target *target, const struct answer *answer,
          const char *wrong)
{
  static const struct hypervisor unknown = {0};
  const struct hypervisor *hypervisor = answer->hypervisor ? answer->hypervisor : &unknown;
  const char *tool =
      answer->collection && !answer->collected->failed ? answer->collection->tool : NULL;
  const struct cell cells[G_N_ELEMENTS(columns)] = {
      text_cell(target_shown(target)),
      text_cell(target->uri),
      text_cell(status_of(answer, wrong)),
      text_cell(hypervisor->hostname),
      text_cell(hypervisor->driver),
      text_cell(hypervisor->libvirt_version),
      text_cell(tool),
      {.type = CELL_REAL, .real = answer->collected->seconds},
      text_cell(wrong),
  };

  return output_row(output, cells);
}

static int
write_rows(const struct checking *checking, const struct output_options *how)
{
  g_autoptr(Output) output = output_new(stdout, how, 1);
  int failed = 0;

  output_begin(output, columns, G_N_ELEMENTS(columns));
  for (guint i = 0; i < checking->targets->len; i++) {
    g_autofree char *wrong = what_is_wrong(&checking->answers[i]);

    failed += wrong != NULL;
    if (!write_row(output, checking->targets->pdata[i], &checking->answers[i], wrong))
      return -1;
  }
  output_end(output);
  return failed;
}

int
hosts_check(const GPtrArray *targets, const struct collectors_options *collectors,
            const struct output_options *how, bool *ret_interrupted)
{
  g_autofree struct answer *answers = g_new0(struct answer, targets->len);
  struct checking checking = {targets, answers};

  *ret_interrupted = !collectors_run(targets, collectors, on_collected, &checking);
  int failed = *ret_interrupted ? -1 : write_rows(&checking, how);
  for (guint i = 0; i < targets->len; i++)
    answer_clear(&answers[i]);
  return failed;
}
