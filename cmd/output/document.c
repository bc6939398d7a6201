/* SPDX-License-Identifier: Apache-2.0 */
/* JSON as text. */
#include "cmd/output/document.h"

#include "cmd/output/cell.h"
#include "cmd/output/escape.h"

#include <stdlib.h>

void
document_print(FILE *out, const json_t *document, bool one_line)
{
  char *text = json_dumps(document, (one_line ? JSON_COMPACT : JSON_INDENT(2)) |
                                        JSON_REAL_PRECISION(CELL_REAL_DIGITS));
  g_autofree char *safe = escape_json(text);

  fprintf(out, "%s\n", safe);
  free(text);
}
