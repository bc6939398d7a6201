/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger db: care for the ledger's file. */
#include "cmd/message.h"
#include "cmd/open.h"

#include <stdio.h>
#include <string.h>

struct task {
  const char *name;
  guint arguments; /* besides the name */
  enum ledger_mode mode;
  enum exit_status (*run)(const struct globals *globals, struct ledger *ledger, char **arguments);
};

static enum exit_status
check(const struct globals *globals, struct ledger *ledger, G_GNUC_UNUSED char **arguments)
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
backup(const struct globals *globals, struct ledger *ledger, char **arguments)
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
migrate(const struct globals *globals, struct ledger *ledger, G_GNUC_UNUSED char **arguments)
{
  message_note(globals, "the ledger's schema is version %d, the newest that this program knows",
               ledger_schema_version(ledger));
  return EXIT_OK;
}

static const struct task tasks[] = {
    {"check", 0, LEDGER_READ, check},
    {"backup", 1, LEDGER_READ, backup},
    {"migrate", 0, LEDGER_WRITE, migrate},
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

static enum exit_status
run(const struct globals *globals, G_GNUC_UNUSED gpointer options, char **arguments)
{
  const struct task *task = find_task(*arguments);

  if (!task)
    return message_usage(globals, "db", "db: '%s' is none of check, backup, migrate", *arguments);
  if (g_strv_length(arguments + 1) != task->arguments)
    return message_usage(globals, "db", "db %s: it takes %s", task->name,
                         task->arguments ? "a FILE" : "no argument");
  g_autoptr(Ledger) ledger = open_existing(globals, task->mode);
  return ledger ? task->run(globals, ledger, arguments + 1) : EXIT_ERROR;
}

const struct verb verb_db = {
    .name = "db",
    .arguments = "check | backup FILE | migrate",
    .summary = "check, copy or migrate the ledger's file",
    .help = "check    looks for damage in the file and for rows that contradict each other.\n"
            "backup   copies the ledger to FILE while others may use it; cp may copy half of a\n"
            "         change. FILE must not exist.\n"
            "migrate  brings an older ledger to this program's schema, in one transaction. Verbs\n"
            "         that write do so by themselves; those that only read ask for it.\n"
            "\n"
            "Exit status: 0; 1 when the ledger is damaged or cannot be copied or migrated.\n"
            "\n"
            "Examples:\n"
            "  virt-ledger db check && virt-ledger db backup /backup/ledger.db\n",
    .min_arguments = 1,
    .max_arguments = 2,
    .argument_words = task_names,
    .run = run,
};
