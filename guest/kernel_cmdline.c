/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernel command lines that override the machine ID: systemd.machine_id= in kernel-command-line(7)
 * outranks the file, and PID 1 writes it back at each boot. Found wherever a boot loader or its
 * generator takes command lines from, and where a running kernel shows its own; one identity for
 * each file that sets it, whose `raw` is the setting's value only: other settings may be secret.
 */
#include "guest/collect.h"
#include "guest/id128.h"
#include "guest/text.h"

#include <string.h>

#define CMDLINE_FILE_MAX  ((gsize)256 << 10)
#define CMDLINE_FILES_MAX 256

/* Which lines of a file hold a command line. Neither list: all of them. */
struct syntax {
  const char *const *directives;  /* first words, the command line being the rest */
  const char *const *assignments; /* beginnings, the command line being the quoted rest */
};

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const struct syntax plain = {0};
static const struct syntax loader_entry = {.directives = WORDS("options")};
static const struct syntax grub_script = {.directives = WORDS("linux", "linux16", "linuxefi")};
static const struct syntax syslinux = {.directives = WORDS("append", "APPEND")};
static const struct syntax grub_defaults = {
    .assignments = WORDS("GRUB_CMDLINE_LINUX=", "GRUB_CMDLINE_LINUX_DEFAULT=")};
static const struct syntax grub_environment = {.assignments = WORDS("kernelopts=")};

struct source {
  const char *path;
  const char *ending; /* when set, `path` is a directory, whose files with this ending are read */
  const struct syntax *syntax;
  bool running; /* only there while the system runs */
};

static const struct source sources[] = {
    {"/proc/cmdline", NULL, &plain, .running = true},
    {"/etc/kernel/cmdline", NULL, &plain},
    {"/usr/lib/kernel/cmdline", NULL, &plain},
    {"/boot/loader/entries", ".conf", &loader_entry},
    {"/boot/efi/loader/entries", ".conf", &loader_entry},
    {"/efi/loader/entries", ".conf", &loader_entry},
    {"/etc/default/grub", NULL, &grub_defaults},
    {"/etc/default/grub.d", ".cfg", &grub_defaults},
    {"/boot/grub/grub.cfg", NULL, &grub_script},
    {"/boot/grub2/grub.cfg", NULL, &grub_script},
    {"/boot/grub2/grubenv", NULL, &grub_environment},
    {"/boot/extlinux/extlinux.conf", NULL, &syslinux},
    {"/boot/syslinux/syslinux.cfg", NULL, &syslinux},
};

/* The value of the setting when `word` is one. systemd takes either of '_' and '-' in a name. */
static GString *
setting_value(struct text word)
{
  g_autoptr(GString) plain_word = text_unquote(word);
  struct text text;

  if (!plain_word)
    return NULL;
  text = (struct text){plain_word->str, plain_word->len};
  if (!text_skip(&text, "systemd.machine_id=") && !text_skip(&text, "systemd.machine-id="))
    return NULL;
  return g_string_new_len(text.at, (gssize)text.length);
}

/* The last setting of one command line, which is the one that counts; NULL when there is none. */
static GString *
find_setting(struct text cmdline)
{
  GString *found = NULL;
  struct text word;

  while (text_next_word(&cmdline, &word)) {
    GString *value = setting_value(word);

    if (!value)
      continue;
    if (found)
      g_string_free(found, TRUE);
    found = value;
  }
  return found;
}

static GString *
find_after_directive(struct text line, const char *const *directives)
{
  struct text first;

  if (!text_next_word(&line, &first))
    return NULL;
  for (; *directives; directives++)
    if (text_is(first, *directives))
      return find_setting(line);
  return NULL;
}

static GString *
find_in_assignment(struct text line, const char *const *assignments)
{
  for (; *assignments; assignments++) {
    struct text value = line;

    if (!text_skip(&value, *assignments))
      continue;
    g_autoptr(GString) cmdline = text_unquote(value);
    return cmdline ? find_setting((struct text){cmdline->str, cmdline->len}) : NULL;
  }
  return NULL;
}

static GString *
find_in_line(struct text line, const struct syntax *syntax)
{
  if (line.length == 0 || line.at[0] == '#')
    return NULL;
  if (syntax->directives)
    return find_after_directive(line, syntax->directives);
  if (syntax->assignments)
    return find_in_assignment(line, syntax->assignments);
  return find_setting(line);
}

/* The first setting in a file: that of the entry which boots unless somebody chooses. */
static GString *
find_in_file(struct text rest, const struct syntax *syntax)
{
  GString *value = NULL;
  struct text line;

  if (!memmem(rest.at, rest.length, "systemd.machine", strlen("systemd.machine")))
    return NULL;
  while (!value && text_next_line(&rest, &line))
    value = find_in_line(line, syntax);
  return value;
}

/*
 * "firmware" names no constant: systemd then takes the ID from SMBIOS or the device tree, as it
 * would on most hypervisors anyway. It is valid, and has no value.
 */
static const char *
judge(const GString *text, char **ret_value)
{
  if (text_is((struct text){text->str, text->len}, "firmware"))
    return STATE_VALID;
  g_autofree char *id = id128_decode_dashed(text->str, text->len);
  if (!id)
    return STATE_MALFORMED;
  if (strcmp(id, ID128_NULL) == 0)
    return STATE_NULL;
  *ret_value = g_steal_pointer(&id);
  return STATE_VALID;
}

static void
collect_file(struct road *road, struct root *root, const char *path, const struct syntax *syntax)
{
  g_autoptr(GBytes) bytes = road_read_file(road, path, CMDLINE_FILE_MAX, NULL);
  g_autoptr(GString) text = bytes ? find_in_file(text_of(bytes), syntax) : NULL;

  if (!text)
    return;
  struct identity *identity = identity_new();
  identity->kind = g_strdup(IDENTITY_CMDLINE_MACHINE_ID);
  identity->path = g_strdup(path);
  identity->raw = g_bytes_new(text->str, MIN(text->len, IDENTITY_RAW_MAX));
  identity->state = g_strdup(judge(text, &identity->value));
  g_ptr_array_add(root->identities, identity);
}

/* Paths stand in facts as text, so a name that is none is passed over. */
static bool
is_wanted(const char *name, const char *ending)
{
  return g_str_has_suffix(name, ending) && g_utf8_validate(name, -1, NULL);
}

static guint
collect_directory(struct road *road, struct root *root, const struct source *source,
                  guint files_max)
{
  g_autoptr(GPtrArray) names = road_list(road, source->path, NULL);
  guint count = 0;

  for (guint i = 0; names && i < names->len; i++) {
    if (!is_wanted(names->pdata[i], source->ending))
      continue;
    if (count == files_max) {
      road->truncated = true;
      break;
    }
    g_autofree char *path = g_strconcat(source->path, "/", names->pdata[i], NULL);
    collect_file(road, root, path, source->syntax);
    count++;
  }
  return count;
}

void
kernel_cmdline_collect(struct road *road, struct root *root)
{
  guint files_left = CMDLINE_FILES_MAX;

  for (guint i = 0; i < G_N_ELEMENTS(sources); i++) {
    if (sources[i].running && !road->running)
      continue; /* on a disk anybody may have put it there */
    if (sources[i].ending)
      files_left -= collect_directory(road, root, &sources[i], files_left);
    else
      collect_file(road, root, sources[i].path, sources[i].syntax);
  }
}
