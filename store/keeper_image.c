/* SPDX-License-Identifier: Apache-2.0 */
/* Images: one row each. */
#include "facts/image.h"

#include "store/keeper.h"

static const char IMAGE_COMPARE[] =
    "SELECT (pool, volume, status, detail, file_id, declared_format, format, magic_format,\n"
    "        format_version, virtual_size, apparent_size, allocated, provisioning, readonly,\n"
    "        cluster_size, compression, backing_path, backing_format, backing_image, chain_depth,\n"
    "        chain, data_file, encryption, dirty, corrupt, extended_l2, snapshots,\n"
    "        content_status, machine_id, machine_id_path)\n"
    "    IS (:pool, :volume, :status, :detail, :file_id, :declared_format, :format,\n"
    "        :magic_format, :format_version, :virtual_size, :apparent_size, :allocated,\n"
    "        :provisioning, :readonly, :cluster_size, :compression, :backing_path,\n"
    "        :backing_format, :backing_image, :chain_depth, :chain, :data_file, :encryption,\n"
    "        :dirty, :corrupt, :extended_l2, :snapshots, :content_status, :machine_id,\n"
    "        :machine_id_path)\n"
    "  FROM image_fact\n"
    " WHERE image_id = :id AND until_scan IS NULL";

static const char IMAGE_CLOSE[] = "UPDATE image_fact\n"
                                  "   SET until_scan = :scan_id\n"
                                  " WHERE image_id = :id AND until_scan IS NULL";

static const char IMAGE_INSERT[] =
    "INSERT INTO image_fact (image_id, since_scan, pool, volume, status, detail, file_id,\n"
    "       declared_format, format, magic_format, format_version, virtual_size, apparent_size,\n"
    "       allocated, provisioning, readonly, cluster_size, compression, backing_path,\n"
    "       backing_format, backing_image, chain_depth, chain, data_file, encryption, dirty,\n"
    "       corrupt, extended_l2, snapshots, content_status, machine_id, machine_id_path)\n"
    "VALUES (:id, :scan_id, :pool, :volume, :status, :detail, :file_id,\n"
    "       :declared_format, :format, :magic_format, :format_version, :virtual_size,\n"
    "       :apparent_size, :allocated, :provisioning, :readonly, :cluster_size, :compression,\n"
    "       :backing_path, :backing_format, :backing_image, :chain_depth, :chain, :data_file,\n"
    "       :encryption, :dirty, :corrupt, :extended_l2, :snapshots,\n"
    "       :content_status, :machine_id, :machine_id_path)";

static const struct fact_sql image_sql = {
    .shape = &image_shape,
    .compare = IMAGE_COMPARE,
    .close = IMAGE_CLOSE,
    .insert = IMAGE_INSERT,
};

static const char IMAGE_FIND[] = "SELECT image_id, digest, NULL, NULL\n"
                                 "  FROM image\n"
                                 " WHERE hypervisor_id = :hypervisor_id AND path = :key";

static const char IMAGE_ADD[] = "INSERT INTO image (hypervisor_id, path, digest)\n"
                                "VALUES (:hypervisor_id, :key, :digest)";

static const char IMAGE_SET_DIGEST[] = "UPDATE image\n"
                                       "   SET digest = :digest\n"
                                       " WHERE image_id = :id";

static const char IMAGE_CURRENT[] = "SELECT image_id\n"
                                    "  FROM image\n"
                                    " WHERE hypervisor_id = :hypervisor_id AND digest IS NOT NULL";

static bool
keep(struct fact_table *const *tables, const struct fact_place *place, gconstpointer data,
     GError **error)
{
  return fact_table_keep(tables[0], place, data, error);
}

const struct keeper_kind keeper_image = {
    .subject = {.keys = 1,
                .find = IMAGE_FIND,
                .insert = IMAGE_ADD,
                .set_digest = IMAGE_SET_DIGEST,
                .current = IMAGE_CURRENT},
    .tables = {&image_sql},
    .keep = keep,
};
