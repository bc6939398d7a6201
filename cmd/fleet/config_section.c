/* SPDX-License-Identifier: Apache-2.0 */
/* Lines to members of struct config and of the structs of its named sections. */
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
  const struct config_key *keys;
  size_t size; /* of [section NAME]: of the struct that each is; 0 of a section without a name */
  size_t list; /* of these structs, in struct config */
};

/* What the structs of named sections begin with. */
struct section_head {
  char *name, *place;
};
#define HAS_HEAD(type)                                                                             \
  G_STATIC_ASSERT(offsetof(type, name) == offsetof(struct section_head, name) &&                   \
                  offsetof(type, place) == offsetof(struct section_head, place))
HAS_HEAD(struct config_hypervisor);
HAS_HEAD(struct config_keys);
HAS_HEAD(struct config_shared_host_keys);
#undef HAS_HEAD

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

static const struct config_key audit_keys[] = {
    {"keys-everywhere", CONFIG_GUESTS, AT(keys_everywhere)},
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

#define AT(member) offsetof(struct config_keys, member)
static const struct config_key keys_keys[] = {
    {"guests", CONFIG_WORDS, AT(guests)},
    {"labels", CONFIG_WORDS, AT(labels)},
    {"hypervisors", CONFIG_WORDS, AT(hypervisors)},
    {"users", CONFIG_WORDS, AT(users)},
    {"file", CONFIG_PATH, AT(file)},
    {"mode", CONFIG_KEY_MODE, AT(mode)},
    {0},
};
#undef AT

static const struct config_key shared_host_keys_keys[] = {
    {"guests", CONFIG_WORDS, offsetof(struct config_shared_host_keys, guests)},
    {0},
};

#define LIST(member, type) sizeof(type), offsetof(struct config, member)
static const struct config_section sections[] = {
    {"ledger", ledger_keys, 0, 0},
    {"scan", scan_keys, 0, 0},
    {"audit", audit_keys, 0, 0},
    {"hypervisor", hypervisor_keys, LIST(hypervisors, struct config_hypervisor)},
    {"keys", keys_keys, LIST(keys, struct config_keys)},
    {"shared-host-keys", shared_host_keys_keys,
     LIST(shared_host_keys, struct config_shared_host_keys)},
};
#undef LIST

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
is_section_name(const char *name)
{
  static const char letters[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-";
  size_t length = strlen(name);

  return length > 0 && length <= NAME_MAX_LENGTH && g_ascii_isalnum(*name) &&
         strspn(name, letters) == length;
}

static const struct section_head *
find_named(const GPtrArray *list, const char *name)
{
  for (guint i = 0; i < list->len; i++) {
    const struct section_head *head = list->pdata[i];

    if (strcmp(head->name, name) == 0)
      return head;
  }
  return NULL;
}

static bool
begin_named(const struct config_line *line, struct config_filling *filling, const char *name,
            GError **error)
{
  const struct config_section *section = filling->section;
  GPtrArray *list = G_STRUCT_MEMBER(GPtrArray *, filling->config, section->list);
  const struct section_head *earlier = find_named(list, name);

  if (!is_section_name(name))
    return refuse(line, error,
                  "[%s NAME] wants a name of at most %d letters, digits, '.', '_' and '-' "
                  "that begins with a letter or digit",
                  section->name, NAME_MAX_LENGTH);
  if (earlier)
    return refuse(line, error, "[%s %s] is there already, at %s", section->name, name,
                  earlier->place);
  struct section_head *head = g_malloc0(section->size);
  head->name = g_strdup(name);
  head->place = g_strdup_printf("%s:%u", line->path, line->number);
  g_ptr_array_add(list, head);
  filling->target = head;
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

  if (!section || (section->size == 0 && *name))
    return refuse_section(line, word, error);
  filling->section = section;
  filling->target = filling->config;
  return section->size == 0 || begin_named(line, filling, name, error);
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
