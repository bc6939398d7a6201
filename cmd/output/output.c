/* SPDX-License-Identifier: Apache-2.0 */
/* Rows to the writer of the form that was asked for. */
#include "cmd/output/output_writer.h"

#include <string.h>

static const struct output_writer *const writers[] = {&output_table, &output_json, &output_jsonl,
                                                      &output_csv};

const char *const output_formats[] = {"table", "json", "jsonl", "csv", NULL};

static const struct output_writer *
find_writer(const char *format)
{
  for (guint i = 0; format && i < G_N_ELEMENTS(writers); i++)
    if (strcmp(writers[i]->format, format) == 0)
      return writers[i];
  return &output_table;
}

struct output *
output_new(FILE *out, const struct output_options *options, guint results)
{
  struct output *output = g_new0(struct output, 1);

  output->writer = find_writer(options->format);
  output->options = options;
  output->out = out;
  output->results = results;
  return output;
}

void
output_begin(struct output *output, const struct output_column *columns, guint count)
{
  output->columns = columns;
  output->count = count;
  output->rows = 0;
  output->open = true;
  output->writer->begin(output);
}

bool
output_row(struct output *output, const struct cell *cells)
{
  output->writer->row(output, cells);
  output->rows++;
  return !ferror(output->out);
}

static void
discard(struct output *output)
{
  if (output->writer->discard)
    output->writer->discard(output);
  output->open = false;
}

void
output_end(struct output *output)
{
  if (output->writer->end)
    output->writer->end(output);
  discard(output);
  output->result++;
}

void
output_free(struct output *output)
{
  if (!output)
    return;
  if (output->open)
    discard(output);
  else if (output->writer->finish)
    output->writer->finish(output);
  g_free(output);
}
