/* SPDX-License-Identifier: Apache-2.0 */
/* Lines about what happens on a hypervisor: which are events, and which are refused. */
#include "hypervisor/event.h"

#include <string.h>

#define UUID "11111111-1111-4111-8111-11111111111a"

static const struct line {
  const char *name, *text;
  bool is_event;
} lines[] = {
    {"connected", "{\"event\":\"connected\"}", true},
    {"domain", "{\"event\":\"domain\",\"uuid\":\"" UUID "\",\"name\":\"a\",\"what\":\"started\"}",
     true},
    {"nameless", "{\"event\":\"domain\",\"uuid\":\"" UUID "\",\"what\":\"agent\"}", true},
    {"lost", "{\"event\":\"lost\",\"why\":\"libvirt hung up\"}", true},
    {"empty", "", false},
    {"no-json", "connected", false},
    {"array", "[\"connected\"]", false},
    {"two", "{\"event\":\"connected\"}{\"event\":\"connected\"}", false},
    {"no-kind", "{}", false},
    {"unknown-kind", "{\"event\":\"reboot\"}", false},
    {"unknown-key", "{\"event\":\"connected\",\"more\":1}", false},
    {"duplicate-key", "{\"event\":\"connected\",\"event\":\"connected\"}", false},
    {"wrong-type", "{\"event\":1}", false},
    {"no-uuid", "{\"event\":\"domain\",\"name\":\"a\",\"what\":\"started\"}", false},
    {"bad-uuid", "{\"event\":\"domain\",\"uuid\":\"../../etc\",\"what\":\"started\"}", false},
    {"option-uuid", "{\"event\":\"domain\",\"uuid\":\"--reader=/tmp/x\",\"what\":\"started\"}",
     false},
    {"upper-uuid",
     "{\"event\":\"domain\",\"uuid\":\"11111111-1111-4111-8111-11111111111A\",\"what\":"
     "\"started\"}",
     false},
    {"no-what", "{\"event\":\"domain\",\"uuid\":\"" UUID "\"}", false},
    {"long-what", "{\"event\":\"domain\",\"uuid\":\"" UUID "\",\"what\":\"started-or-stopped\"}",
     false},
    {"lost-without-why", "{\"event\":\"lost\"}", false},
    {"connected-with-uuid", "{\"event\":\"connected\",\"uuid\":\"" UUID "\"}", false},
    {"connected-with-name", "{\"event\":\"connected\",\"name\":\"a\"}", false},
    {"lost-with-bad-uuid", "{\"event\":\"lost\",\"why\":\"\",\"uuid\":\"A\"}", false},
    {"domain-with-why",
     "{\"event\":\"domain\",\"uuid\":\"" UUID "\",\"what\":\"started\",\"why\":\"a\"}", false},
    {"not-utf8", "{\"event\":\"lost\",\"why\":\"\xff\"}", false},
    {"nul", "{\"event\":\"lost\",\"why\":\"a\\u0000b\"}", false},
};

static void
test_line(gconstpointer data)
{
  const struct line *line = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(Event) event = event_parse(line->text, strlen(line->text), &error);

  g_assert_cmpint(!!event, ==, line->is_event);
  if (!event)
    g_assert_error(error, SHAPE_ERROR, SHAPE_ERROR_INVALID);
}

static void
test_round(void)
{
  g_autoptr(Event) event = event_new();
  char text[512];
  FILE *out = fmemopen(text, sizeof(text), "w");

  event->event = g_strdup(EVENT_DOMAIN);
  event->uuid = g_strdup(UUID);
  event->name = g_strdup("\"web\"\n\033[1m");
  event->what = g_strdup("undefined");
  g_assert_true(event_write(event, out));
  fclose(out);
  size_t length = strcspn(text, "\n");
  g_assert_cmpint(text[length + 1], ==, '\0');
  g_autoptr(Event) again = event_parse(text, length, NULL);
  g_assert_nonnull(again);
  g_assert_cmpstr(again->uuid, ==, event->uuid);
  g_assert_cmpstr(again->name, ==, event->name);
  g_assert_cmpstr(again->what, ==, event->what);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/event/round", test_round);
  for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autofree char *path = g_strconcat("/event/line/", lines[i].name, NULL);

    g_test_add_data_func(path, &lines[i], test_line);
  }
  return g_test_run();
}
