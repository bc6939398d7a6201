/* SPDX-License-Identifier: Apache-2.0 */
/* Whether there is something to accept, what it is, and keeping it. */
#include "cmd/accept_keys.h"

#include "cmd/output/message.h"
#include "facts/clock.h"
#include "store/sql.h"

#include <string.h>
#include <unistd.h>

static const char BASELINE_KEYS[] =
    "SELECT k.user, k.fingerprint, k.key_file, k.line,\n"
    "       iif(typeof(k.comment) = 'blob', 'x''' || hex(k.comment) || '''', k.comment)\n"
    "  FROM baseline_key AS k\n"
    " WHERE k.baseline_id = (SELECT max(baseline_id) FROM baseline WHERE domain_id = :domain_id)\n"
    " ORDER BY k.root, k.user, k.key_file, k.line";

static const char *
who(void)
{
  const char *caller = geteuid() == 0 ? g_getenv("SUDO_USER") : NULL;

  return caller && *caller ? caller : g_get_user_name();
}

struct accept_keys
accept_keys_how(const struct globals *globals, sqlite3 *db, const char *reason, bool withdraw)
{
  return (struct accept_keys){
      .globals = globals,
      .db = db,
      .word = {.by = who(), .reason = reason ? reason : "", .at = clock_now()},
      .withdraw = withdraw,
  };
}

static enum accept_outcome
withdraw(const struct accept_keys *accept, const struct lookup_match *domain,
         const struct baseline_state *state, GError **error)
{
  if (state->baseline_id == 0) {
    message_error(accept->globals, "%s: no keys were accepted", domain->name);
    return ACCEPT_REFUSED;
  }
  if (!baseline_withdraw(accept->db, domain->domain_id, error))
    return ACCEPT_FAILED;
  message_note(accept->globals, "%s (%s): what was accepted of its keys is withdrawn", domain->name,
               domain->hypervisor);
  return ACCEPT_DONE;
}

/* Why what is known of the keys is not what the guest has; NULL when nothing speaks against it. */
static const char *
what_is_wrong(const struct baseline_state *state)
{
  if (!state->status)
    return "nobody tried to read its guest";
  if (strcmp(state->status, "ok") != 0)
    return "its guest could not be read by the last attempt";
  return state->is_read ? NULL : "its keys were never read; scan it again";
}

static void
refuse(const struct accept_keys *accept, const struct lookup_match *domain,
       const struct baseline_state *state, const char *wrong)
{
  const bool failed = state->status && strcmp(state->status, "ok") != 0;

  message_error(accept->globals, "%s (%s) is not accepted: %s%s%s%s%s", domain->name,
                domain->hypervisor, wrong, failed ? ": " : "", failed ? state->status : "",
                failed && state->detail ? ": " : "", failed && state->detail ? state->detail : "");
}

static bool
tell_keys(const struct accept_keys *accept, const struct lookup_match *domain, GError **error)
{
  g_autoptr(Statement) keys = sql_prepare(accept->db, BASELINE_KEYS, error);
  int row = -1;

  if (!keys)
    return false;
  sql_bind_number(keys, ":domain_id", domain->domain_id);
  while ((row = sql_step(keys, error)) > 0) {
    const char *comment = (const char *)sqlite3_column_text(keys, 4);

    message_detail(accept->globals, "%s: %s: %s in %s, line %lld%s%s", domain->name,
                   (const char *)sqlite3_column_text(keys, 0),
                   (const char *)sqlite3_column_text(keys, 1),
                   (const char *)sqlite3_column_text(keys, 2), sqlite3_column_int64(keys, 3),
                   comment ? ": " : "", comment ? comment : "");
  }
  return row == 0;
}

static enum accept_outcome
keep(const struct accept_keys *accept, const struct lookup_match *domain,
     const struct baseline_state *state, GError **error)
{
  if (!baseline_accept(accept->db, domain->domain_id, &accept->word, error) ||
      !tell_keys(accept, domain, error))
    return ACCEPT_FAILED;
  message_note(accept->globals,
               "%s (%s): %" G_GINT64_FORMAT " key%s of %" G_GINT64_FORMAT " user%s accepted",
               domain->name, domain->hypervisor, state->keys, MESSAGE_PLURAL(state->keys),
               state->users, MESSAGE_PLURAL(state->users));
  if (state->unclear)
    message_warning(accept->globals, "%s: what lets in %s is no part of it: it could not be told",
                    domain->name, state->unclear);
  return ACCEPT_DONE;
}

static enum accept_outcome
decide(const struct accept_keys *accept, const struct lookup_match *domain,
       const struct baseline_state *state, GError **error)
{
  if (accept->withdraw)
    return withdraw(accept, domain, state, error);
  const char *wrong = what_is_wrong(state);
  if (!wrong)
    return keep(accept, domain, state, error);
  refuse(accept, domain, state, wrong);
  return ACCEPT_REFUSED;
}

enum accept_outcome
accept_keys_of(const struct accept_keys *accept, const struct lookup_match *domain, GError **error)
{
  struct baseline_state state;

  if (!baseline_look(accept->db, domain->domain_id, &state, error))
    return ACCEPT_FAILED;
  enum accept_outcome outcome = decide(accept, domain, &state, error);
  baseline_state_clear(&state);
  return outcome;
}
