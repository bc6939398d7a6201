/* SPDX-License-Identifier: Apache-2.0 */
/* What libvirt defines, and what that stands on. */
#include "cmd/lists/topics.h"

static const struct output_column hypervisor_columns[] = {
    {"hypervisor_id"}, {"name"},
    {"uri"},           {"hostname"},
    {"driver"},        {"libvirt_version"},
    {"last_scan_at"},  {"last_status"},
    {"last_error"},    {"configured_as"},
    {"labels"},        {"last_complete_at"},
    {"last_seconds"},  {0},
};

static const struct output_column domain_columns[] = {
    {"domain_id"},
    {"hypervisor"},
    {"uuid"},
    {"name"},
    {"state"},
    {"virt_type"},
    {"os_type"},
    {"virtualization"},
    {"arch"},
    {"machine"},
    {"vcpus"},
    {"memory_kib", UNIT_KIB},
    {"is_template", UNIT_TRUTH},
    {"first_seen"},
    {"last_seen"},
    {"agent"},
    {0},
};

static const struct output_column disk_columns[] = {
    {"domain_id"},
    {"domain"},
    {"target"},
    {"bus"},
    {"device"},
    {"image_path"},
    {"declared_format"},
    {"format"},
    {"provisioning"},
    {"virtual_size", UNIT_BYTES},
    {"allocated", UNIT_BYTES},
    {"backing_path"},
    {"chain_depth"},
    {0},
};

static const struct output_column image_columns[] = {
    {"image_id"},
    {"hypervisor"},
    {"path"},
    {"format"},
    {"virtual_size", UNIT_BYTES},
    {"apparent_size", UNIT_BYTES},
    {"allocated", UNIT_BYTES},
    {"provisioning"},
    {"backing_path"},
    {"used_by_count"},
    {0},
};

static const struct output_column interface_columns[] = {
    {"domain_id"}, {"domain"}, {"position"}, {"mac"},       {"type"},
    {"source"},    {"model"},  {"target"},   {"addresses"}, {0},
};

static const struct output_column filesystem_columns[] = {
    {"domain_id"},
    {"domain"},
    {"position"},
    {"type"},
    {"source"},
    {"target"},
    {"readonly", UNIT_TRUTH},
    {"is_root", UNIT_TRUTH},
    {0},
};

const struct list machines_lists[] = {
    {
        .name = "hypervisors",
        .sql = "SELECT * FROM hypervisors ORDER BY name, hypervisor_id",
        .shown = "name,uri,driver,libvirt_version,last_scan_at,last_status",
        .columns = hypervisor_columns,
    },
    {
        .name = "domains",
        .sql = "SELECT * FROM domains" BY_DOMAIN " ORDER BY name, hypervisor, uuid",
        .shown = "name,uuid,hypervisor,state,virtualization,vcpus,memory_kib,is_template",
        .columns = domain_columns,
    },
    {
        .name = "disks",
        .sql = "SELECT * FROM disks" BY_DOMAIN " ORDER BY domain, domain_id, target",
        .shown =
            "domain,target,bus,format,provisioning,virtual_size,allocated,chain_depth,image_path",
        .columns = disk_columns,
    },
    {
        .name = "images",
        .sql = "SELECT * FROM images"
               " WHERE :domains IS NULL"
               "    OR image_id IN (SELECT image_id FROM chains"
               "                     WHERE domain_id IN (SELECT value FROM json_each(:domains)))"
               " ORDER BY path, hypervisor",
        .shown = "path,hypervisor,format,provisioning,virtual_size,allocated,used_by_count",
        .columns = image_columns,
    },
    {
        .name = "interfaces",
        .sql = "SELECT * FROM interfaces" BY_DOMAIN " ORDER BY domain, domain_id, position",
        .shown = "domain,mac,type,source,model,addresses",
        .columns = interface_columns,
    },
    {
        .name = "filesystems",
        .sql = "SELECT * FROM filesystems" BY_DOMAIN " ORDER BY domain, domain_id, position",
        .shown = "domain,type,source,target,readonly",
        .columns = filesystem_columns,
    },
    {0},
};
