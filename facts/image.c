/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of an image. */
#include "facts/image.h"

#include <stddef.h>

static const char *const provisionings[] = {"thin", "metadata", "preallocated", NULL};

#define AT(member) offsetof(struct image, member)
static const struct field image_fields[] = {
    {"path", FIELD_TEXT, AT(path), .required = true},
    {"pool", FIELD_TEXT, AT(pool)},
    {"volume", FIELD_TEXT, AT(volume)},
    {"status", FIELD_TEXT, AT(status), .max = 64, .required = true},
    {"detail", FIELD_TEXT, AT(detail)},
    {"file_id", FIELD_TEXT, AT(file_id), .max = 64},
    {"declared_format", FIELD_TEXT, AT(declared_format), .max = 64},
    {"format", FIELD_TEXT, AT(format), .max = 64},
    {"magic_format", FIELD_TEXT, AT(magic_format), .max = 64},
    {"format_version", FIELD_NUMBER, AT(format_version)},
    {"virtual_size", FIELD_NUMBER, AT(virtual_size)},
    {"apparent_size", FIELD_NUMBER, AT(apparent_size)},
    {"allocated", FIELD_NUMBER, AT(allocated)},
    {"provisioning", FIELD_TEXT, AT(provisioning), .words = provisionings},
    {"readonly", FIELD_TRUTH, AT(readonly)},
    {"cluster_size", FIELD_NUMBER, AT(cluster_size)},
    {"compression", FIELD_TEXT, AT(compression), .max = 64},
    {"backing_path", FIELD_OCTETS, AT(backing_path)},
    {"backing_format", FIELD_TEXT, AT(backing_format), .max = 256},
    {"backing_image", FIELD_TEXT, AT(backing_image)},
    {"chain_depth", FIELD_NUMBER, AT(chain_depth)},
    {"chain", FIELD_TEXT, AT(chain), .max = 64},
    {"data_file", FIELD_OCTETS, AT(data_file)},
    {"encryption", FIELD_TEXT, AT(encryption), .max = 64},
    {"dirty", FIELD_TRUTH, AT(dirty)},
    {"corrupt", FIELD_TRUTH, AT(corrupt)},
    {"extended_l2", FIELD_TRUTH, AT(extended_l2)},
    {"snapshots", FIELD_NUMBER, AT(snapshots)},
    {"content_status", FIELD_TEXT, AT(content_status), .max = 64},
    {"machine_id", FIELD_TEXT, AT(machine_id), .max = 64},
    {"machine_id_path", FIELD_TEXT, AT(machine_id_path)},
    {0},
};
#undef AT
const struct shape image_shape = {"image", sizeof(struct image), image_fields};
