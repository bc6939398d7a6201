/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings of several cloud-config documents, merged as cloud-init does. Nothing is copied: a
 * setting is made of pieces, nodes of the documents that say something of it, and a list's items or
 * a mapping's keys are those of all its pieces, in their order.
 */
#pragma once

#include "guest/cloud/merge_how.h"

struct cloud_config;
typedef struct cloud_config CloudConfig;

struct cloud_config *cloud_config_new(void);
void cloud_config_free(struct cloud_config *config); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CloudConfig, cloud_config_free)

/* Merge a document, which belongs to `config` from now on. One that is no mapping adds nothing. */
void cloud_config_merge(struct cloud_config *config, struct yaml *document,
                        const struct merge_how *how);

/* Add what a config of lower rank says, and free that. */
void cloud_config_merge_lower(struct cloud_config *config, struct cloud_config *lower);

/* Pieces of a setting (const struct yaml_node *), all of one kind; NULL when nobody says it. */
const GPtrArray *cloud_config_get(const struct cloud_config *config, const char *key);

/* The first piece. */
const struct yaml_node *cloud_config_node(const struct cloud_config *config, const char *key);

/* A value below a setting: of the first piece that has one. `path` ends with NULL. */
const struct yaml_node *cloud_config_find(const struct cloud_config *config,
                                          const char *const *path);

/* 1 and 0 of what cloud-init takes for true and false, 1 and 0 and quoted ones too; else -1. */
int cloud_config_truth(const struct yaml_node *node);
