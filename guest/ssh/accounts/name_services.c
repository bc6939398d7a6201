/* SPDX-License-Identifier: Apache-2.0 */
/* Services of the database "passwd". */
#include "guest/ssh/accounts/name_services.h"

#include "guest/text.h"

/* Services that know no accounts but those of files that are read, and those without a login. */
static bool
is_own(struct text service)
{
  static const char *const own[] = {"files", "compat", "systemd", "mymachines"};

  for (guint i = 0; i < G_N_ELEMENTS(own); i++)
    if (text_is(service, own[i]))
      return true;
  return false;
}

/* What stands in brackets says what to do when a service has no answer. */
static char *
foreign_of(struct text rest)
{
  g_autoptr(GString) foreign = g_string_new(NULL);
  bool in_brackets = false;
  struct text word;

  while (text_next_word(&rest, &word) && word.at[0] != '#') {
    in_brackets |= word.at[0] == '[';
    if (!in_brackets && !is_own(word))
      g_string_append_printf(foreign, "%s%.*s", foreign->len > 0 ? " " : "", (int)word.length,
                             word.at);
    in_brackets &= word.at[word.length - 1] != ']';
  }
  return foreign->len > 0 ? g_strdup(foreign->str) : NULL;
}

char *
name_services_foreign(struct road *road, guint *ret_line)
{
  g_autoptr(GBytes) bytes = road_read_file(road, "/etc/nsswitch.conf", ROAD_FILE_MAX, NULL);
  struct text rest = bytes ? text_of(bytes) : (struct text){"", 0}, line;

  for (guint number = 1; text_next_line(&rest, &line); number++) {
    char *foreign = text_skip(&line, "passwd:") ? foreign_of(line) : NULL;

    if (foreign) {
      *ret_line = number;
      return foreign;
    }
  }
  return NULL;
}
