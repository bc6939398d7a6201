/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger db: care for the ledger's file. */
#include "cmd/db_prune.h"
#include "cmd/open.h"
#include "cmd/output/message.h"

#include <stdio.h>
#include <string.h>

struct task {
  const char *name;
  guint arguments; /* besides the name */
  enum ledger_mode mode;
  enum exit_status (*run)(const struct globals *globals, struct ledger *ledger,
                          const struct prune_options *options, char **arguments);
};

#define AT(member) offsetof(struct prune_options, member)
static const struct verb_option options[] = {
    {"before", 0, OPTION_TEXT, AT(before), "TIME|SCAN", "prune what had ended by then"},
    {"dry-run", 'n', OPTION_FLAG, AT(dry_run), NULL, "prune: only show what would be removed"},
    {"yes", 'y', OPTION_FLAG, AT(yes), NULL, "prune without asking"},
    {"vacuum", 0, OPTION_FLAG, AT(vacuum), NULL, "then make the file smaller, which rewrites it"},
    {0},
};
#undef AT

static enum exit_status
check(const struct globals *globals, struct ledger *ledger,
      G_GNUC_UNUSED const struct prune_options *none, G_GNUC_UNUSED char **arguments)
{
  g_autoptr(GPtrArray) faults = NULL;
  g_autoptr(GError) error = NULL;

  if (!ledger_check(ledger, &faults, &error)) {
    message_error(globals, "%s", error->message);
    return EXIT_ERROR;
  }
  for (guint i = 0; i < faults->len; i++)
    message_error(globals, "%s", (const char *)faults->pdata[i]);
  if (faults->len > 0)
    return EXIT_ERROR;
  message_note(globals, "the ledger is sound; its schema is version %d",
               ledger_schema_version(ledger));
  return EXIT_OK;
}

static enum exit_status
backup(const struct globals *globals, struct ledger *ledger,
       G_GNUC_UNUSED const struct prune_options *none, char **arguments)
{
  g_autoptr(GError) error = NULL;

  if (!ledger_backup(ledger, *arguments, &error)) {
    message_error(globals, "%s", error->message);
    return EXIT_ERROR;
  }
  message_note(globals, "the ledger is copied to %s", *arguments);
  return EXIT_OK;
}

/* Opening for writing has done it. */
static enum exit_status
migrate(const struct globals *globals, struct ledger *ledger,
        G_GNUC_UNUSED const struct prune_options *none, G_GNUC_UNUSED char **arguments)
{
  message_note(globals, "the ledger's schema is version %d, the newest that this program knows",
               ledger_schema_version(ledger));
  return EXIT_OK;
}

static enum exit_status
prune(const struct globals *globals, struct ledger *ledger, const struct prune_options *chosen,
      G_GNUC_UNUSED char **arguments)
{
  return db_prune(globals, ledger, chosen);
}

static const struct task tasks[] = {
    {"check", 0, LEDGER_READ, check},
    {"backup", 1, LEDGER_READ, backup},
    {"migrate", 0, LEDGER_WRITE, migrate},
    {"prune", 0, LEDGER_WRITE, prune},
};

static char **
task_names(void)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();

  for (guint i = 0; i < G_N_ELEMENTS(tasks); i++)
    g_strv_builder_add(names, tasks[i].name);
  return g_strv_builder_end(names);
}

static const struct task *
find_task(const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS(tasks); i++)
    if (strcmp(tasks[i].name, name) == 0)
      return &tasks[i];
  return NULL;
}

static bool
has_options(const struct prune_options *chosen)
{
  return chosen->before || chosen->dry_run || chosen->yes || chosen->vacuum;
}

static enum exit_status
run(const struct globals *globals, gpointer data, char **arguments)
{
  const struct task *task = find_task(*arguments);
  const struct prune_options *chosen = data;

  if (!task)
    return message_usage(globals, "db", "db: '%s' is none of check, backup, migrate, prune",
                         *arguments);
  if (g_strv_length(arguments + 1) != task->arguments)
    return message_usage(globals, "db", "db %s: it takes %s", task->name,
                         task->arguments ? "a FILE" : "no argument");
  if (task->run != prune && has_options(chosen))
    return message_usage(globals, "db", "db %s: the options are those of prune", task->name);
  g_autoptr(Ledger) ledger = open_existing(globals, task->mode);
  return ledger ? task->run(globals, ledger, chosen, arguments + 1) : EXIT_ERROR;
}

const struct verb verb_db = {
    .name = "db",
    .arguments = "check | backup FILE | migrate | prune",
    .summary = "check, copy, migrate or prune the ledger's file",
    .help =
        "check    looks for damage in the file and for rows that contradict each other.\n"
        "backup   copies the ledger to FILE while others may use it; cp may copy half of a\n"
        "         change. FILE must not exist.\n"
        "migrate  brings an older ledger to this program's schema, in one transaction. Verbs\n"
        "         that write do so by themselves; those that only read ask for it.\n"
        "prune    forgets history: what had ended by the scan or time of --before, as list\n"
        "         --as-of takes it. It shows how many rows of each table that is, and asks.\n"
        "         What is current stays, with the time since when it is known; so does every\n"
        "         journalled change. Nobody can look back behind that scan any more.\n"
        "\n"
        "Exit status: 0; 1 when the ledger is damaged or cannot be copied, migrated or pruned.\n"
        "\n"
        "Examples:\n"
        "  virt-ledger db check && virt-ledger db backup /backup/ledger.db\n"
        "  virt-ledger db prune --before '365d ago' --dry-run\n"
        "  virt-ledger db prune --before 2026-01-01 --yes --vacuum\n",
    .options = options,
    .options_size = sizeof(struct prune_options),
    .min_arguments = 1,
    .max_arguments = 2,
    .argument_words = task_names,
    .run = run,
};
