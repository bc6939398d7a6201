/* SPDX-License-Identifier: Apache-2.0 */
/* Lines to members of struct config and of its hypervisors. */
#include "cmd/fleet/config_section.h"

#include "cmd/fleet/config_value.h"
#include "cmd/nearest.h"

#include <stddef.h>
#include <string.h>

struct config_key {
  const char *name;
  enum config_type type;
  size_t offset; /* in the section's struct */
};

struct config_section {
  const char *name;
  bool is_named; /* [section NAME]: a struct of its own for each */
  const struct config_key *keys;
};

#define AT(member) offsetof(struct config, member)
static const struct config_key ledger_keys[] = {
    {"path", CONFIG_PATH, AT(ledger)},
    {0},
};

static const struct config_key scan_keys[] = {
    {"jobs", CONFIG_JOBS, AT(jobs)},
    {"deadline", CONFIG_SECONDS, AT(deadline_s)},
    {"guest-deadline", CONFIG_SECONDS, AT(guest_deadline_s)},
    {"templates", CONFIG_LIST, AT(templates)},
    {"roads", CONFIG_ROADS, AT(roads)},
    {"stream-limit", CONFIG_SIZE, AT(stream_limit)},
    {"prom", CONFIG_PATH, AT(prom)},
    {0},
};
#undef AT

#define AT(member) offsetof(struct config_hypervisor, member)
static const struct config_key hypervisor_keys[] = {
    {"uri", CONFIG_URI, AT(uri)},
    {"transport", CONFIG_TRANSPORT, AT(transport)},
    {"labels", CONFIG_LIST, AT(labels)},
    {"roads", CONFIG_ROADS, AT(roads)},
    {"deadline", CONFIG_SECONDS, AT(deadline_s)},
    {"templates", CONFIG_LIST, AT(templates)},
    {0},
};
#undef AT

static const struct config_section sections[] = {
    {"ledger", false, ledger_keys},
    {"scan", false, scan_keys},
    {"hypervisor", true, hypervisor_keys},
};

#define NAME_MAX_LENGTH 64

static bool refuse(const struct config_line *line, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static bool
refuse(const struct config_line *line, GError **error, const char *format, ...)
{
  va_list values;

  va_start(values, format);
  g_autofree char *why = g_strdup_vprintf(format, values);
  va_end(values);
  return config_text_refuse(line, why, error);
}

/* "did you mean 'x'?", or all that there is. New. */
static char *
advise(const char *typed, const GPtrArray *known)
{
  const char *const *words = (const char *const *)known->pdata;
  int nearest = nearest_word(typed, words, known->len - 1);

  if (nearest >= 0)
    return g_strdup_printf("did you mean '%s'?", words[nearest]);
  g_autofree char *all = g_strjoinv(", ", (char **)words);
  return g_strdup_printf("allowed: %s", all);
}

static bool
refuse_section(const struct config_line *line, const char *typed, GError **error)
{
  g_autoptr(GPtrArray) known = g_ptr_array_new();

  for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
    g_ptr_array_add(known, (gpointer)sections[i].name);
  g_ptr_array_add(known, NULL);
  g_autofree char *advice = advise(typed, known);
  return refuse(line, error, "there is no section [%s]; %s", line->section, advice);
}

static bool
refuse_key(const struct config_line *line, const struct config_section *section, GError **error)
{
  g_autoptr(GPtrArray) known = g_ptr_array_new();

  for (const struct config_key *key = section->keys; key->name; key++)
    g_ptr_array_add(known, (gpointer)key->name);
  g_ptr_array_add(known, NULL);
  g_autofree char *advice = advise(line->key, known);
  return refuse(line, error, "there is no key '%s' in [%s]; %s", line->key, line->section, advice);
}

static bool
is_hypervisor_name(const char *name)
{
  static const char letters[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-";
  size_t length = strlen(name);

  return length > 0 && length <= NAME_MAX_LENGTH && g_ascii_isalnum(*name) &&
         strspn(name, letters) == length;
}

static bool
begin_hypervisor(const struct config_line *line, struct config_filling *filling, const char *name,
                 GError **error)
{
  const struct config_hypervisor *earlier = config_find(filling->config, name);

  if (!is_hypervisor_name(name))
    return refuse(line, error,
                  "[hypervisor NAME] wants a name of at most %d letters, digits, '.', '_' and '-' "
                  "that begins with a letter or digit",
                  NAME_MAX_LENGTH);
  if (earlier)
    return refuse(line, error, "[hypervisor %s] is there already, at %s", name, earlier->place);
  struct config_hypervisor *hypervisor = g_new0(struct config_hypervisor, 1);
  hypervisor->name = g_strdup(name);
  hypervisor->place = g_strdup_printf("%s:%u", line->path, line->number);
  g_ptr_array_add(filling->config->hypervisors, hypervisor);
  filling->target = hypervisor;
  return true;
}

static const struct config_section *
find_section(const char *word)
{
  for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
    if (strcmp(sections[i].name, word) == 0)
      return &sections[i];
  return NULL;
}

static bool
begin_section(const struct config_line *line, struct config_filling *filling, GError **error)
{
  const char *end = line->section + strcspn(line->section, " \t");
  const char *name = end + strspn(end, " \t");
  g_autofree char *word = g_strndup(line->section, (gsize)(end - line->section));
  const struct config_section *section = find_section(word);

  if (!section || (!section->is_named && *name))
    return refuse_section(line, word, error);
  filling->section = section;
  filling->target = filling->config;
  return !section->is_named || begin_hypervisor(line, filling, name, error);
}

static bool
take_key(const struct config_line *line, struct config_filling *filling, GError **error)
{
  const struct config_key *key = filling->section->keys;

  while (key->name && strcmp(key->name, line->key) != 0)
    key++;
  if (!key->name)
    return refuse_key(line, filling->section, error);
  g_autofree char *wanted =
      config_value_take(key->type, line->value, (char *)filling->target + key->offset);
  return !wanted || refuse(line, error, "%s wants %s", key->name, wanted);
}

bool
config_section_take(const struct config_line *line, gpointer filling, GError **error)
{
  return line->key ? take_key(line, filling, error) : begin_section(line, filling, error);
}
