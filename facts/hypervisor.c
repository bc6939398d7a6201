/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of the lines that frame a stream. */
#include "facts/hypervisor.h"

#include <stddef.h>

#define AT(member) offsetof(struct collection, member)
static const struct field collection_fields[] = {
    {"version", FIELD_NUMBER, AT(version), .required = true},
    {"tool", FIELD_TEXT, AT(tool), .required = true},
    {"uri", FIELD_TEXT, AT(uri), .required = true},
    {"at", FIELD_NUMBER, AT(at), .required = true},
    {0},
};
#undef AT
const struct shape collection_shape = {"collection", sizeof(struct collection), collection_fields};

#define AT(member) offsetof(struct hypervisor, member)
static const struct field hypervisor_fields[] = {
    {"driver", FIELD_TEXT, AT(driver), .required = true},
    {"host_uuid", FIELD_TEXT, AT(host_uuid), .max = 36},
    {"hostname", FIELD_TEXT, AT(hostname), .required = true},
    {"scope", FIELD_TEXT, AT(scope), .required = true},
    {"libvirt_version", FIELD_TEXT, AT(libvirt_version)},
    {"driver_version", FIELD_TEXT, AT(driver_version)},
    {"arch", FIELD_TEXT, AT(arch)},
    {"local", FIELD_TRUTH, AT(local)},
    {"domain_count", FIELD_NUMBER, AT(domain_count)},
    {0},
};
#undef AT
const struct shape hypervisor_shape = {"hypervisor", sizeof(struct hypervisor), hypervisor_fields};

#define AT(member) offsetof(struct note, member)
static const struct field note_fields[] = {
    {"subject", FIELD_TEXT, AT(subject), .required = true},
    {"text", FIELD_TEXT, AT(text), .required = true},
    {0},
};
#undef AT
const struct shape note_shape = {"note", sizeof(struct note), note_fields};

#define AT(member) offsetof(struct gone, member)
static const struct field gone_fields[] = {
    {"uuid", FIELD_TEXT, AT(uuid), .max = 36, .required = true},
    {0},
};
#undef AT
const struct shape gone_shape = {"gone", sizeof(struct gone), gone_fields};

static const char *const end_statuses[] = {
    END_COMPLETE, END_PARTIAL, END_DRIVER_UNAVAILABLE, END_REFUSED, END_BAD_URI, END_TIMEOUT, NULL,
};

#define AT(member) offsetof(struct end, member)
static const struct field end_fields[] = {
    {"status", FIELD_TEXT, AT(status), .words = end_statuses, .required = true},
    {"detail", FIELD_TEXT, AT(detail)},
    {"domains", FIELD_NUMBER, AT(domains), .required = true},
    {"images", FIELD_NUMBER, AT(images), .required = true},
    {"guests", FIELD_NUMBER, AT(guests), .required = true},
    {"duration_ms", FIELD_NUMBER, AT(duration_ms)},
    {0},
};
#undef AT
const struct shape end_shape = {"end", sizeof(struct end), end_fields};
