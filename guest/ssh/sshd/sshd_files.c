/* SPDX-License-Identifier: Apache-2.0 */
/* Files of an sshd_config, and Include. */
#include "guest/ssh/sshd/sshd_files.h"

#include "facts/ssh.h"
#include "guest/ssh/file_state.h"
#include "guest/ssh/sshd/sshd_text.h"

#include <string.h>

#define RELATIVE_TO "/etc/ssh/" /* SSHDIR */

/* Whether the road says that there is a directory: reading one as a file gives sshd no line. */
static bool
is_directory(struct road *road, const char *path)
{
  struct file_stat stat;

  return road_stat(road, path, true, &stat, NULL) && stat.type == FILE_DIRECTORY;
}

static void
note_unreadable(struct sshd_parser *parser, const char *path, const GError *error)
{
  const char *state = file_state_of(error);
  struct file_stat stat;

  if (is_directory(parser->glob.road, path))
    return;
  /* sshd includes what is there only, and ends when it cannot read that: a link to nothing. */
  if (strcmp(state, KEY_FILE_MISSING) == 0 &&
      !road_stat(parser->glob.road, path, false, &stat, NULL))
    return;
  sshd_parser_set_wrong(parser, strcmp(state, KEY_FILE_MISSING) == 0 ? KEY_FILE_MALFORMED : state,
                        g_strdup_printf("%s: %s", path, error->message));
}

char *
sshd_files_load(struct sshd_parser *parser, const char *path, GError **error)
{
  gsize max = MIN(SSHD_FILE_BYTES_MAX, parser->bytes_left);
  bool cut;

  if (parser->files_left == 0) {
    sshd_parser_set_cut(parser, path, "too many files");
    return g_strdup("");
  }
  parser->files_left--;
  g_autoptr(GBytes) bytes = road_read_whole(parser->glob.road, path, max, &cut, error);
  if (!bytes)
    return NULL;
  parser->bytes_left -= g_bytes_get_size(bytes);
  if (cut)
    sshd_parser_set_cut(parser, path, "more than is read");
  return cut ? g_strdup("") : sshd_text_load(text_of(bytes));
}

static void
include_file(struct sshd_parser *parser, const struct sshd_position *at, const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = sshd_files_load(parser, path, &error);

  if (text)
    sshd_parser_read(parser, text, path, at->depth + 1, at->block);
  else
    note_unreadable(parser, path, error);
}

static void
include_unknown(struct sshd_parser *parser, const struct sshd_position *at, const char *pattern)
{
  struct sshd_gap *gap = g_new0(struct sshd_gap, 1);

  *gap = (struct sshd_gap){g_strdup(pattern), at->file, at->number};
  g_ptr_array_add(parser->config->gaps, gap);
  sshd_parser_add(parser, at, RULE_GAP);
}

/* OpenSSH takes "~" for no home here, but for a name that is relative to where sshd started. */
static char *
absolute_pattern(const char *pattern)
{
  return pattern[0] == '/' || pattern[0] == '~' ? g_strdup(pattern)
                                                : g_strconcat(RELATIVE_TO, pattern, NULL);
}

void
sshd_files_include(struct sshd_parser *parser, const struct sshd_position *at, const char *pattern)
{
  g_autofree char *absolute = absolute_pattern(pattern);

  if (absolute[0] != '/')
    return;
  g_autoptr(GPtrArray) paths = sshd_glob_find(&parser->glob, absolute);
  if (!paths) {
    include_unknown(parser, at, absolute);
    return;
  }
  if (parser->glob.cut)
    sshd_parser_set_cut(parser, at->file, "an Include names more files than are read");
  for (guint i = 0; i < paths->len && !parser->stopped; i++)
    include_file(parser, at, paths->pdata[i]);
}
