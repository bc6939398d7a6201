/* SPDX-License-Identifier: Apache-2.0 */
/* The groups of a guest, looked up by number and by member. */
#pragma once

#include "guest/text.h"

/* From the text of a group(5), which may be empty. New; nothing of the text is kept. */
struct group_table *group_table_new(struct text text);
void group_table_free(struct group_table *table); /* NULL is fine */

/* The name of a group, the first of several; NULL without. */
const char *group_table_name(const struct group_table *table, guint32 gid);

/* Groups that have a member of that name: guint32, or NULL for none. */
const GArray *group_table_of_member(const struct group_table *table, const char *name);

/* How many members are named in the first group of a number, and the first of them (else NULL). */
guint group_table_members(const struct group_table *table, guint32 gid, const char **ret_first);
