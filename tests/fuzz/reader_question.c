/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a question of a reader that was taken over: refused, or the same question when it is
 * written and read again, and no command at all or one that is JSON.
 */
#include "guest/reader_question.h"

#include <jansson.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size);

static void
check_again(const struct agent_question *question)
{
  g_autofree char *text = reader_question_write(question);
  struct agent_question again;

  g_assert_true(reader_question_read(text, strlen(text), &again, NULL));
  g_assert_cmpint(again.kind, ==, question->kind);
  g_assert_cmpstr(again.path, ==, question->path);
  g_assert_cmpint(again.handle, ==, question->handle);
  g_assert_cmpint(again.count, ==, question->count);
  g_free(again.path);
}

static void
check_command(const struct agent_question *question)
{
  g_autofree char *command = agent_command(question);
  json_t *json = command ? json_loads(command, JSON_REJECT_DUPLICATES, NULL) : NULL;

  g_assert_true(!command || json_is_object(json));
  json_decref(json);
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
  struct agent_question question;

  if (!reader_question_read((const char *)bytes, size, &question, NULL))
    return 0;
  check_again(&question);
  check_command(&question);
  g_free(question.path);
  return 0;
}
