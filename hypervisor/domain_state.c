/* SPDX-License-Identifier: Apache-2.0 */
/* The words of `virsh domstate --reason`. */
#include "hypervisor/domain_state.h"

#include <glib.h>
#include <libvirt/libvirt.h>

#define REASON_MAX 20

static const struct {
  const char *word;
  const char *reasons[REASON_MAX];
} states[] = {
    [VIR_DOMAIN_NOSTATE] = {"no state", {"unknown"}},
    [VIR_DOMAIN_RUNNING] = {"running",
                            {
                                [VIR_DOMAIN_RUNNING_UNKNOWN] = "unknown",
                                [VIR_DOMAIN_RUNNING_BOOTED] = "booted",
                                [VIR_DOMAIN_RUNNING_MIGRATED] = "migrated",
                                [VIR_DOMAIN_RUNNING_RESTORED] = "restored",
                                [VIR_DOMAIN_RUNNING_FROM_SNAPSHOT] = "from snapshot",
                                [VIR_DOMAIN_RUNNING_UNPAUSED] = "unpaused",
                                [VIR_DOMAIN_RUNNING_MIGRATION_CANCELED] = "migration canceled",
                                [VIR_DOMAIN_RUNNING_SAVE_CANCELED] = "save canceled",
                                [VIR_DOMAIN_RUNNING_WAKEUP] = "event wakeup",
                                [VIR_DOMAIN_RUNNING_CRASHED] = "crashed",
                                [VIR_DOMAIN_RUNNING_POSTCOPY] = "post-copy",
                                [VIR_DOMAIN_RUNNING_POSTCOPY_FAILED] = "post-copy failed",
                            }},
    [VIR_DOMAIN_BLOCKED] = {"idle", {"unknown"}},
    [VIR_DOMAIN_PAUSED] = {"paused",
                           {
                               [VIR_DOMAIN_PAUSED_UNKNOWN] = "unknown",
                               [VIR_DOMAIN_PAUSED_USER] = "user",
                               [VIR_DOMAIN_PAUSED_MIGRATION] = "migrating",
                               [VIR_DOMAIN_PAUSED_SAVE] = "saving",
                               [VIR_DOMAIN_PAUSED_DUMP] = "dumping",
                               [VIR_DOMAIN_PAUSED_IOERROR] = "I/O error",
                               [VIR_DOMAIN_PAUSED_WATCHDOG] = "watchdog",
                               [VIR_DOMAIN_PAUSED_FROM_SNAPSHOT] = "from snapshot",
                               [VIR_DOMAIN_PAUSED_SHUTTING_DOWN] = "shutting down",
                               [VIR_DOMAIN_PAUSED_SNAPSHOT] = "creating snapshot",
                               [VIR_DOMAIN_PAUSED_CRASHED] = "crashed",
                               [VIR_DOMAIN_PAUSED_STARTING_UP] = "starting up",
                               [VIR_DOMAIN_PAUSED_POSTCOPY] = "post-copy",
                               [VIR_DOMAIN_PAUSED_POSTCOPY_FAILED] = "post-copy failed",
                               /* since libvirt 9.2 */
                               [VIR_DOMAIN_PAUSED_POSTCOPY_FAILED + 1] = "api error",
                           }},
    [VIR_DOMAIN_SHUTDOWN] = {"in shutdown", {"unknown", "user"}},
    [VIR_DOMAIN_SHUTOFF] = {"shut off",
                            {
                                [VIR_DOMAIN_SHUTOFF_UNKNOWN] = "unknown",
                                [VIR_DOMAIN_SHUTOFF_SHUTDOWN] = "shutdown",
                                [VIR_DOMAIN_SHUTOFF_DESTROYED] = "destroyed",
                                [VIR_DOMAIN_SHUTOFF_CRASHED] = "crashed",
                                [VIR_DOMAIN_SHUTOFF_MIGRATED] = "migrated",
                                [VIR_DOMAIN_SHUTOFF_SAVED] = "saved",
                                [VIR_DOMAIN_SHUTOFF_FAILED] = "failed",
                                [VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT] = "from snapshot",
                                [VIR_DOMAIN_SHUTOFF_DAEMON] = "daemon",
                            }},
    [VIR_DOMAIN_CRASHED] = {"crashed", {"unknown", "panicked"}},
    [VIR_DOMAIN_PMSUSPENDED] = {"pmsuspended", {"unknown"}},
};

const char *
domain_state_word(int state)
{
  return state >= 0 && state < (int)G_N_ELEMENTS(states) ? states[state].word : NULL;
}

const char *
domain_state_reason(int state, int reason)
{
  if (!domain_state_word(state) || reason < 0 || reason >= REASON_MAX)
    return NULL;
  return states[state].reasons[reason];
}
