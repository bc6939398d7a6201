/* SPDX-License-Identifier: Apache-2.0 */
/* Driving libyaml, one event at a time, so that a limit ends the parsing where it is broken. */
#include "guest/cloud/yaml.h"

#include "guest/cloud/yaml_build.h"

#include <string.h>

/*
 * libyaml compares each %TAG directive with all before it, which takes 8 seconds for the tens of
 * thousands that fit into a document. Nobody needs one where foreign tags are refused.
 */
#define TAG_DIRECTIVES_MAX 100

/* What every message of yaml_parse() begins with; false. */
static bool
place_error(yaml_mark_t mark, GError **error)
{
  g_prefix_error(error, "%zu:%zu: ", mark.line + 1, mark.column + 1);
  return false;
}

/* Where a byte is, for what libyaml refuses before it counts lines. */
static yaml_mark_t
mark_of_offset(const char *bytes, gsize offset)
{
  yaml_mark_t mark = {0};
  const char *line = bytes;

  for (const char *at = bytes; at < bytes + offset; at++)
    if (*at == '\n') {
      mark.line++;
      line = at + 1;
    }
  mark.column = (gsize)(bytes + offset - line);
  return mark;
}

/* Its messages are constants: nothing of the document is in them. */
static bool
refuse_as_libyaml(const yaml_parser_t *parser, struct text text, GError **error)
{
  yaml_refuse(YAML_ERROR_MALFORMED, parser->problem ? parser->problem : "no YAML", error);
  if (parser->error != YAML_READER_ERROR)
    return place_error(parser->problem_mark, error);
  return place_error(mark_of_offset(text.at, MIN(parser->problem_offset, text.length)), error);
}

/* Take an event, and say whether it was the last. */
static bool
take_event(struct yaml_build *build, yaml_parser_t *parser, struct text text, bool *ret_is_last,
           GError **error)
{
  yaml_event_t event;

  if (!yaml_parser_parse(parser, &event))
    return refuse_as_libyaml(parser, text, error);
  bool fine = yaml_build_event(build, &event, error) || place_error(event.start_mark, error);
  *ret_is_last = event.type == YAML_STREAM_END_EVENT;
  if (event.type == YAML_SCALAR_EVENT)
    explicit_bzero(event.data.scalar.value, event.data.scalar.length);
  yaml_event_delete(&event);
  return fine;
}

/* A buffer of libyaml's, far larger than most documents: no more of it was used than text came. */
static void
wipe_buffer(unsigned char *start, const unsigned char *end, gsize text_length)
{
  explicit_bzero(start, MIN((gsize)(end - start), text_length));
}

static bool
parse_events(struct yaml_build *build, struct text text, GError **error)
{
  yaml_parser_t parser;
  bool fine, is_last;

  if (!yaml_parser_initialize(&parser))
    g_error("no memory for a parser of YAML");
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser, (const unsigned char *)text.at, text.length);
  do {
    fine = take_event(build, &parser, text, &is_last, error);
  } while (fine && !is_last);
  wipe_buffer(parser.raw_buffer.start, parser.raw_buffer.end, text.length);
  wipe_buffer(parser.buffer.start, parser.buffer.end, text.length);
  yaml_parser_delete(&parser);
  return fine;
}

static guint
count_tag_directives(struct text text)
{
  static const char directive[] = "%TAG";
  const char *at = text.at, *end = text.at + text.length;
  guint found = 0;

  while ((at = memmem(at, (gsize)(end - at), directive, strlen(directive)))) {
    at += strlen(directive);
    found++;
  }
  return found;
}

static bool
check_length(struct text text, GError **error)
{
  if (text.length <= YAML_BYTES_MAX && count_tag_directives(text) <= TAG_DIRECTIVES_MAX)
    return true;
  yaml_refuse(YAML_ERROR_TOO_LARGE, "too long, or too many directives", error);
  return place_error((yaml_mark_t){0}, error);
}

struct yaml *
yaml_parse(struct text text, GError **error)
{
  g_autoptr(Yaml) yaml = yaml_new();
  struct yaml_build build;

  yaml_build_init(&build, yaml);
  bool fine = check_length(text, error) && parse_events(&build, text, error);
  yaml_build_clear(&build);
  return fine ? g_steal_pointer(&yaml) : NULL;
}
