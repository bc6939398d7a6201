/* SPDX-License-Identifier: Apache-2.0 */
/* Sections to policies, lines of files to their keys. */
#include "cmd/policy_read.h"

#include "facts/small_file.h"
#include "guest/ssh/key/authorized_line.h"

#include <string.h>
#include <unistd.h>

/* One section, while its file is read. */
struct reading {
  const struct config_keys *section;
  GPtrArray *warnings; /* NULL: nobody wants them */
};

/* Who may write the file may let in whom they like. */
static void
warn_of_writers(const struct reading *reading, const struct stat *status)
{
  const bool by_others = (status->st_mode & (S_IWGRP | S_IWOTH)) != 0;

  if (!reading->warnings || (!by_others && (status->st_uid == 0 || status->st_uid == geteuid())))
    return;
  g_ptr_array_add(reading->warnings,
                  g_strdup_printf("%s: [keys %s]: others may write %s", reading->section->place,
                                  reading->section->name, reading->section->file));
}

static GBytes *
read_file(const struct reading *reading, GError **error)
{
  const struct config_keys *section = reading->section;
  g_autoptr(GError) why = NULL;
  struct stat status;
  GBytes *bytes = small_file_read(section->file, POLICY_FILE_MAX, &status, &why);

  if (bytes)
    warn_of_writers(reading, &status);
  else
    g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_READ, "%s: [keys %s]: %s: %s", section->place,
                section->name, section->file, why->message);
  return bytes;
}

/* What the policy keeps of a line; takes the rest of it apart. */
static struct policy_key *
key_new(struct authorized_line *line, gint64 number)
{
  struct policy_key *key = g_new0(struct policy_key, 1);

  key->line = number;
  key->algorithm = g_strdup(line->key->algorithm);
  key->fingerprint = g_strdup(line->key->fingerprint);
  key->cert_authority = line->cert_authority;
  key->options = g_steal_pointer(&line->options);
  key->comment = g_steal_pointer(&line->comment);
  return key;
}

static const char *
what_is_wrong(const struct authorized_line *line)
{
  if (!line->key)
    return "there is no key on this line that OpenSSH knows";
  return line->invalid_options ? "sshd would refuse the options of this line" : NULL;
}

static bool
take_line(const struct reading *reading, struct text text, gint64 number, GPtrArray *keys,
          GError **error)
{
  struct authorized_line line;

  if (!authorized_line_parse(text, &line))
    return true;
  const char *wrong = what_is_wrong(&line);
  if (wrong)
    g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_SYNTAX, "%s:%" G_GINT64_FORMAT ": %s",
                reading->section->file, number, wrong);
  else
    g_ptr_array_add(keys, key_new(&line, number));
  authorized_line_clear(&line);
  return !wrong;
}

static bool
take_file(const struct reading *reading, GPtrArray *keys, GError **error)
{
  g_autoptr(GBytes) bytes = read_file(reading, error);
  struct text rest, line;

  if (!bytes)
    return false;
  rest = text_of(bytes);
  for (gint64 number = 1; text_next_line(&rest, &line); number++)
    if (!take_line(reading, line, number, keys, error))
      return false;
  return true;
}

/* An exact policy without keys is one that lets nobody in; of the others it says nothing at all. */
static void
warn_of_nothing(const struct reading *reading, const GPtrArray *keys)
{
  if (reading->warnings && keys->len == 0 && strcmp(reading->section->mode, "exact") != 0)
    g_ptr_array_add(reading->warnings,
                    g_strdup_printf("%s: [keys %s]: there is no key in %s, so that none is %s",
                                    reading->section->place, reading->section->name,
                                    reading->section->file, reading->section->mode));
}

/* A copy of a list; NULL, which is all, as what `all` holds. */
static char **
list_or(char **list, const char *const *all)
{
  return g_strdupv(list ? list : (char **)all);
}

static struct key_policy *
key_policy_from(const struct config_keys *section)
{
  static const char *const anybody[] = {"*", NULL};
  static const char *const anywhere[] = {NULL};
  struct key_policy *policy = key_policy_new();

  policy->name = g_strdup(section->name);
  policy->mode = g_strdup(section->mode);
  policy->file = g_strdup(section->file);
  policy->guests = list_or(section->guests, anybody);
  policy->labels = list_or(section->labels, anywhere);
  policy->hypervisors = list_or(section->hypervisors, anywhere);
  policy->users = list_or(section->users, anybody);
  return policy;
}

static void
take_shared(struct policy *policy, const struct config_shared_host_keys *section)
{
  struct shared_host_key *shared = g_new0(struct shared_host_key, 1);

  shared->name = g_strdup(section->name);
  shared->guests = g_strdupv(section->guests);
  g_ptr_array_add(policy->shared_host_keys, shared);
}

struct policy *
policy_read(const struct config *config, GPtrArray *warnings, GError **error)
{
  g_autoptr(Policy) policy = policy_new();

  if (config->keys_everywhere)
    policy->everywhere = config->keys_everywhere;
  for (guint i = 0; i < config->shared_host_keys->len; i++)
    take_shared(policy, config->shared_host_keys->pdata[i]);
  for (guint i = 0; i < config->keys->len; i++) {
    const struct reading reading = {config->keys->pdata[i], warnings};
    struct key_policy *keys = key_policy_from(reading.section);

    g_ptr_array_add(policy->keys, keys);
    if (!take_file(&reading, keys->keys, error))
      return NULL;
    warn_of_nothing(&reading, keys->keys);
  }
  return g_steal_pointer(&policy);
}
