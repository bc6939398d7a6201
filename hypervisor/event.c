/* SPDX-License-Identifier: Apache-2.0 */
/* Events as lines: one writer, one strict reader. */
#include "hypervisor/event.h"

#include <string.h>

static const char *const event_words[] = {EVENT_CONNECTED, EVENT_DOMAIN, EVENT_LOST, NULL};

#define AT(member) offsetof(struct event, member)
static const struct field fields[] = {
    {"event", FIELD_TEXT, AT(event), .words = event_words, .required = true},
    {"uuid", FIELD_TEXT, AT(uuid)},
    {"name", FIELD_TEXT, AT(name)},
    {"what", FIELD_TEXT, AT(what), .max = EVENT_WORD_MAX},
    {"why", FIELD_TEXT, AT(why)},
    {0},
};
#undef AT
const struct shape event_shape = {"event", sizeof(struct event), fields};

bool
event_write(const struct event *event, FILE *out)
{
  g_autofree char *text = shape_to_text(&event_shape, event);

  return fputs(text, out) != EOF && putc('\n', out) != EOF && fflush(out) == 0;
}

/* Lower case, as the ledger has them: g_uuid_string_is_valid() takes both. */
static bool
is_uuid(const char *text)
{
  return text && g_uuid_string_is_valid(text) && !strpbrk(text, "ABCDEF");
}

static bool
is_complete(const struct event *event)
{
  if (strcmp(event->event, EVENT_DOMAIN) == 0)
    return is_uuid(event->uuid) && event->what && !event->why;
  return !event->uuid && !event->name && !event->what &&
         (strcmp(event->event, EVENT_LOST) == 0) == !!event->why;
}

struct event *
event_parse(const char *line, size_t length, GError **error)
{
  json_error_t fault;
  json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &fault);
  g_autoptr(Event) event = NULL;

  if (!json_is_object(object))
    g_set_error(error, SHAPE_ERROR, SHAPE_ERROR_INVALID, "an event is a JSON object");
  else
    event = shape_from_json(&event_shape, object, error);
  json_decref(object);
  if (!event || is_complete(event))
    return g_steal_pointer(&event);
  g_set_error(error, SHAPE_ERROR, SHAPE_ERROR_INVALID,
              "an event has the keys of its kind, and no others");
  return NULL;
}
