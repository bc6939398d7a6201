/* SPDX-License-Identifier: Apache-2.0 */
/* Questions as JSON, by their shape. */
#include "guest/reader_question.h"

#include "guest/reader_text.h"

#include <string.h>

struct question_text {
  char *question, *path;
  gint64 handle, count;
};
SHAPE_DECLARE(QuestionText, question_text)

static const char *const kinds[] = {
    [AGENT_INFO] = "info",        [AGENT_FILE_OPEN] = "open", [AGENT_FILE_READ] = "read",
    [AGENT_FILE_CLOSE] = "close", [AGENT_QUESTIONS] = NULL,
};

#define AT(member) offsetof(struct question_text, member)
static const struct field question_fields[] = {
    {"question", FIELD_TEXT, AT(question), .words = kinds, .required = true},
    {"path", FIELD_TEXT, AT(path), .max = ROAD_PATH_MAX},
    {"handle", FIELD_NUMBER, AT(handle)},
    {"count", FIELD_NUMBER, AT(count)},
    {0},
};
#undef AT
const struct shape question_text_shape = {"question", sizeof(struct question_text),
                                          question_fields};

char *
reader_question_write(const struct agent_question *question)
{
  g_autoptr(QuestionText) text = question_text_new();

  text->question = g_strdup(kinds[question->kind]);
  text->path = g_strdup(question->path);
  text->handle = question->handle;
  text->count = question->count;
  return shape_to_text(&question_text_shape, text);
}

bool
reader_question_read(const char *text, gsize length, struct agent_question *ret_question,
                     GError **error)
{
  g_autoptr(QuestionText) said = reader_text_read(&question_text_shape, text, length, error);
  enum agent_question_kind kind = AGENT_INFO;

  if (!said)
    return false;
  while (strcmp(kinds[kind], said->question) != 0)
    kind++;
  *ret_question = (struct agent_question){
      .kind = kind,
      .path = g_steal_pointer(&said->path),
      .handle = said->handle,
      .count = said->count,
  };
  return true;
}
