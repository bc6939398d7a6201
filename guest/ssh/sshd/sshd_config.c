/* SPDX-License-Identifier: Apache-2.0 */
/* An sshd_config, from its main file on. */
#include "guest/ssh/sshd/sshd_config.h"

#include "facts/ssh.h"
#include "guest/ssh/file_state.h"
#include "guest/ssh/sshd/sshd_answers.h"
#include "guest/ssh/sshd/sshd_files.h"
#include "guest/ssh/sshd/sshd_parser.h"

#define MAIN_FILE   "/etc/ssh/sshd_config"
#define VENDOR_FILE "/usr/etc/ssh/sshd_config"

/* Of all Include lines. */
#define LISTS_MAX 1024
#define NAMES_MAX 100000

static void
free_gap(gpointer data)
{
  struct sshd_gap *gap = data;

  g_free(gap->include);
  g_free(gap);
}

/* The main file, where there is none the vendor's. */
static char *
load_main(struct sshd_parser *parser, GError **error)
{
  g_autoptr(GError) missing = NULL;
  char *text = sshd_files_load(parser, MAIN_FILE, &missing);

  parser->config->path = g_strdup(MAIN_FILE);
  if (text)
    return text;
  if (g_error_matches(missing, ROAD_ERROR, ROAD_ERROR_NOT_FOUND))
    text = sshd_files_load(parser, VENDOR_FILE, NULL);
  if (!text) {
    g_propagate_error(error, g_steal_pointer(&missing));
    return NULL;
  }
  g_free(parser->config->path);
  parser->config->path = g_strdup(VENDOR_FILE);
  return text;
}

static void
parse_main(struct sshd_parser *parser)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = load_main(parser, &error);

  if (text)
    sshd_parser_read(parser, text, parser->config->path, 0, NULL);
  else
    sshd_parser_set_wrong(parser, file_state_of(error),
                          g_strdup_printf("%s: %s", parser->config->path, error->message));
}

static void
check_blocks(struct sshd_parser *parser, const struct sshd_line *misplaced)
{
  if (!misplaced)
    return;
  struct sshd_position at = {.file = misplaced->file, .number = misplaced->number};
  sshd_parser_set_malformed(parser, &at, misplaced->name, "a Match block may not hold it");
}

struct sshd_config *
sshd_config_read(struct road *road)
{
  struct sshd_config *config = g_new0(struct sshd_config, 1);
  struct sshd_parser parser = {
      .config = config,
      .rules = sshd_rules_new(),
      .glob = {.road = road, .lists_left = LISTS_MAX, .names_left = NAMES_MAX},
      .files_left = SSHD_FILES_MAX,
      .lines_left = SSHD_LINES_MAX,
      .bytes_left = SSHD_BYTES_MAX,
  };
  const struct sshd_line *misplaced = NULL;

  config->state = KEY_FILE_OK;
  config->gaps = g_ptr_array_new_with_free_func(free_gap);
  config->rules = parser.rules;
  parse_main(&parser);
  config->rules->global = sshd_answers_global(config->rules, &misplaced);
  check_blocks(&parser, misplaced);
  return config;
}

void
sshd_config_free(struct sshd_config *config)
{
  if (!config)
    return;
  sshd_rules_free(config->rules);
  g_ptr_array_unref(config->gaps);
  g_free(config->path);
  g_free(config->detail);
  g_free(config);
}

const struct sshd_setting *
sshd_config_global(const struct sshd_config *config, enum sshd_keyword keyword)
{
  return sshd_answers_get(config->rules->global, keyword);
}
