/* SPDX-License-Identifier: Apache-2.0 */
/* What cloud-init left in a root. */
#include "store/keeper_root.h"

static const char CLOUD_INIT_COMPARE[] =
    "SELECT (cloud_dir, installed, disabled, has_run, instance_id, previous_instance_id,\n"
    "        datasource, finished, failed, failed_stages, manual_cache_clean, config_status,\n"
    "        config_detail, config_sets, default_user, ssh_deletekeys, preserve_hostname)\n"
    "    IS (:cloud_dir, :installed, :disabled, :has_run, :instance_id, :previous_instance_id,\n"
    "        :datasource, :finished, :failed, :failed_stages, :manual_cache_clean,\n"
    "        :config_status, :config_detail, :config_sets, :default_user, :ssh_deletekeys,\n"
    "        :preserve_hostname)\n"
    "  FROM cloud_init_fact\n"
    " WHERE root_id = " ROOT_ID " AND until_scan IS NULL";

static const char CLOUD_INIT_INSERT[] =
    "INSERT INTO cloud_init_fact (root_id, since_scan, cloud_dir, installed, disabled, has_run,\n"
    "       instance_id, previous_instance_id, datasource, finished, failed, failed_stages,\n"
    "       manual_cache_clean, config_status, config_detail, config_sets, default_user,\n"
    "       ssh_deletekeys, preserve_hostname)\n"
    "VALUES (" ROOT_ID ", :scan_id, :cloud_dir, :installed, :disabled, :has_run, :instance_id,\n"
    "       :previous_instance_id, :datasource, :finished, :failed, :failed_stages,\n"
    "       :manual_cache_clean, :config_status, :config_detail, :config_sets, :default_user,\n"
    "       :ssh_deletekeys, :preserve_hostname)";

const struct fact_sql keeper_root_cloud_init = {
    .shape = &cloud_init_shape,
    .compare = CLOUD_INIT_COMPARE,
    .close = ROOT_CLOSE("cloud_init_fact", ""),
    .insert = CLOUD_INIT_INSERT,
    .close_absent = ROOT_CLOSE_ABSENT("cloud_init_fact", "''", ROOT_TOLD),
    .close_lost = ROOT_CLOSE_LOST("cloud_init_fact"),
    .key = keeper_root_only_key,
};
