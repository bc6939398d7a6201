/* SPDX-License-Identifier: Apache-2.0 */
/* A policy in memory. */
#include "store/policy.h"

static void
policy_key_free(gpointer data)
{
  struct policy_key *key = data;

  g_free(key->algorithm);
  g_free(key->fingerprint);
  g_clear_pointer(&key->options, g_bytes_unref);
  g_clear_pointer(&key->comment, g_bytes_unref);
  g_free(key);
}

struct key_policy *
key_policy_new(void)
{
  struct key_policy *policy = g_new0(struct key_policy, 1);

  policy->keys = g_ptr_array_new_with_free_func(policy_key_free);
  return policy;
}

static void
key_policy_free(gpointer data)
{
  struct key_policy *policy = data;

  g_free(policy->name);
  g_free(policy->mode);
  g_free(policy->file);
  g_strfreev(policy->guests);
  g_strfreev(policy->labels);
  g_strfreev(policy->hypervisors);
  g_strfreev(policy->users);
  g_ptr_array_unref(policy->keys);
  g_free(policy);
}

static void
shared_host_key_free(gpointer data)
{
  struct shared_host_key *shared = data;

  g_free(shared->name);
  g_strfreev(shared->guests);
  g_free(shared);
}

struct policy *
policy_new(void)
{
  struct policy *policy = g_new0(struct policy, 1);

  policy->keys = g_ptr_array_new_with_free_func(key_policy_free);
  policy->shared_host_keys = g_ptr_array_new_with_free_func(shared_host_key_free);
  policy->everywhere = POLICY_EVERYWHERE;
  return policy;
}

void
policy_free(struct policy *policy)
{
  if (!policy)
    return;
  g_ptr_array_unref(policy->keys);
  g_ptr_array_unref(policy->shared_host_keys);
  g_free(policy);
}
