/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a guest through its agent, from the first question to its status. */
#include "facts/image.h"
#include "guest/agent_road.h"
#include "guest/recognise.h"

#define MACHINE_ID "/etc/machine-id"

/* "disabled: guest-file-open, guest-file-read"; NULL when there is no such command. */
static char *
list_commands(const struct agent_abilities *abilities, enum agent_ability ability, const char *word)
{
  g_autoptr(GString) list = g_string_new(NULL);

  for (guint i = 0; i < AGENT_QUESTIONS; i++)
    if (abilities->of[i] == ability)
      g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", agent_command_name(i));
  return list->len > 0 ? g_strdup_printf("%s: %s", word, list->str) : NULL;
}

/* Whether the agent has all the commands that we need; the conversation is over when not. */
static bool
check_commands(struct agent_talk *talk)
{
  g_autoptr(GError) error = NULL;
  struct agent_abilities abilities;

  if (!agent_talk_abilities(talk, &abilities, &error)) {
    agent_talk_end(talk, GUEST_BLOCKED, "%s: %s", agent_command_name(AGENT_INFO), error->message);
    return false;
  }
  abilities.of[AGENT_INFO] = AGENT_ENABLED; /* it answered */
  g_autofree char *disabled = list_commands(&abilities, AGENT_DISABLED, "disabled");
  g_autofree char *unknown = list_commands(&abilities, AGENT_UNKNOWN, "unknown to the agent");
  if (disabled || unknown)
    agent_talk_end(talk, GUEST_BLOCKED, "%s%s%s", disabled ? disabled : "",
                   disabled && unknown ? "; " : "", unknown ? unknown : "");
  return !talk->status;
}

/* Why nothing can be opened there, new; NULL when something can. */
static GError *
look(struct agent_talk *talk, const char *path)
{
  GError *error = NULL;
  gint64 handle;

  if (agent_talk_open(talk, path, &handle, &error))
    agent_talk_close(talk, handle);
  return error;
}

/* Whether something is there that need not open. */
static bool
is_there(const GError *error)
{
  return !error || error->code == AGENT_ERROR_DENIED || error->code == AGENT_ERROR_NOT_REGULAR ||
         error->code == AGENT_ERROR_LOOP;
}

/*
 * Whether there is a system, and whether we may know who it is; the conversation is over when not.
 * An agent for Windows comes up to here.
 */
static bool
check_system(struct agent_talk *talk)
{
  g_autoptr(GError) why = look(talk, MACHINE_ID);
  bool found = is_there(why);

  if (why && why->code == AGENT_ERROR_DENIED)
    agent_talk_end(talk, GUEST_DENIED, "%s: %s", MACHINE_ID, why->message);
  for (guint i = 0; !found && !talk->status && recognise_files[i]; i++) {
    g_autoptr(GError) error = look(talk, recognise_files[i]);

    found = is_there(error);
  }
  /* Words that nobody here knows do not say that there is nothing. */
  if (!found && why->code == AGENT_ERROR_OTHER)
    agent_talk_end(talk, IMAGE_UNREADABLE, "%s: %s", MACHINE_ID, why->message);
  else if (!found)
    agent_talk_end(talk, GUEST_NO_ROOT, "no %s, nor any other file that a Linux system has; %s",
                   MACHINE_ID, why->message);
  return !talk->status;
}

/*
 * What the guest said so far counts for nothing once it did not say everything; save the seeds of
 * cloud-init, each of which says itself how it was read.
 */
static void
conclude(struct agent_talk *talk, struct guest *guest)
{
  g_free(guest->status);
  g_free(guest->detail);
  guest->status = g_strdup(talk->status ? talk->status : GUEST_OK);
  guest->detail = g_steal_pointer(&talk->detail);
  if (talk->status)
    g_ptr_array_set_size(guest->roots, 0);
}

void
agent_inspect(struct agent_channel *channel, struct guest *guest,
              void (*found)(struct road *road, struct root *root, gpointer data), gpointer data)
{
  struct agent_talk talk;

  agent_talk_init(&talk, channel);
  if (check_commands(&talk) && check_system(&talk)) {
    g_autoptr(Road) road = agent_road_new(&talk);
    struct root *root = root_new();

    root->root = g_strdup("/");
    root->status = g_strdup(GUEST_OK);
    root->marks = g_strdup(MARK_GUEST_ATTESTED);
    g_ptr_array_add(guest->roots, root);
    found(road, root, data);
  }
  conclude(&talk, guest);
  agent_talk_clear(&talk);
}
