/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An sshd_config that is the input, and includes nothing but itself; resolved for everybody and for
 * one user. Lists of what sets a keyword are lists of lines with values.
 */
#include "guest/ssh/sshd/sshd_answers.h"

#include <stdint.h>
#include <string.h>

struct memory {
  struct road road;
  const uint8_t *bytes;
  gsize size;
};

static GBytes *
memory_read_file(struct road *road, const char *path, gsize max, GError **error)
{
  struct memory *memory = (struct memory *)road;

  (void)path, (void)error;
  return g_bytes_new(memory->bytes, MIN(memory->size, max));
}

static bool
memory_stat(struct road *road, const char *path, bool follow, struct file_stat *ret_stat,
            GError **error)
{
  (void)road, (void)path, (void)follow, (void)error;
  *ret_stat = (struct file_stat){.type = FILE_REGULAR};
  return true;
}

static GPtrArray *
memory_list(struct road *road, const char *path, GError **error)
{
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

  if (strlen(path) % 7 == 6) {
    g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED, "no lists");
    g_ptr_array_unref(names);
    return NULL;
  }
  g_assert_cmpint(path[0], ==, '/');
  g_assert_nonnull(road);
  g_ptr_array_add(names, g_strdup("sshd_config"));
  return names;
}

static void
check_lines(GPtrArray *lines)
{
  for (guint i = 0; i < lines->len; i++) {
    const struct sshd_line *line = lines->pdata[i];

    g_assert_nonnull(line->values[0]);
    g_assert_cmpuint(line->number, >, 0);
    g_assert_nonnull(line->name);
  }
}

static void
check(const struct sshd_setting *setting)
{
  check_lines(setting->lines);
  check_lines(setting->possible);
  g_assert_true(setting->possible->len == 0 || setting->unresolved);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const struct road_ops ops = {
      .read_file = memory_read_file, .stat = memory_stat, .list = memory_list};
  struct memory memory = {.road = {.ops = &ops}, .bytes = data, .size = size};
  g_autoptr(SshdConfig) config = sshd_config_read(&memory.road);
  g_autoptr(GPtrArray) groups = g_ptr_array_new();

  g_ptr_array_add(groups, (gpointer) "users");
  g_autoptr(SshdAnswers) answers =
      sshd_answers_for_user(config, &(struct sshd_user){"alice", groups});
  for (guint i = 0; i < SSHD_KEYWORDS; i++) {
    check(sshd_config_global(config, i));
    check(sshd_answers_get(answers, i));
  }
  return 0;
}
