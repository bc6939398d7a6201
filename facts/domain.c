/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a domain and of what it contains. */
#include "facts/domain.h"

#include <stddef.h>

#define AT(member) offsetof(struct backing, member)
static const struct field backing_fields[] = {
    {"source_type", FIELD_TEXT, AT(source_type)},
    {"source", FIELD_TEXT, AT(source)},
    {"format", FIELD_TEXT, AT(format)},
    {0},
};
#undef AT
const struct shape backing_shape = {"backing", sizeof(struct backing), backing_fields};

static const char *const disk_devices[] = {"disk", "cdrom", "floppy", "lun", NULL};

#define AT(member) offsetof(struct disk, member)
static const struct field disk_fields[] = {
    {"target", FIELD_TEXT, AT(target), .max = 64, .required = true},
    {"bus", FIELD_TEXT, AT(bus), .max = 64},
    {"device", FIELD_TEXT, AT(device), .words = disk_devices, .required = true},
    {"source_type", FIELD_TEXT, AT(source_type), .max = 64, .required = true},
    {"source", FIELD_TEXT, AT(source)},
    {"pool", FIELD_TEXT, AT(pool)},
    {"volume", FIELD_TEXT, AT(volume)},
    {"image_path", FIELD_TEXT, AT(image_path)},
    {"declared_format", FIELD_TEXT, AT(declared_format), .max = 64},
    {"serial", FIELD_TEXT, AT(serial)},
    {"shareable", FIELD_TRUTH, AT(shareable)},
    {"readonly", FIELD_TRUTH, AT(readonly)},
    {"transient", FIELD_TRUTH, AT(transient)},
    {"encrypted", FIELD_TRUTH, AT(encrypted)},
    {"logical_block_size", FIELD_NUMBER, AT(logical_block_size)},
    {"backing", FIELD_LIST, AT(backing), .element = &backing_shape, .max = 64},
    {0},
};
#undef AT
const struct shape disk_shape = {"disk", sizeof(struct disk), disk_fields};

#define AT(member) offsetof(struct interface, member)
static const struct field interface_fields[] = {
    {"mac", FIELD_TEXT, AT(mac), .max = 64},
    {"type", FIELD_TEXT, AT(type), .max = 64},
    {"source", FIELD_TEXT, AT(source)},
    {"model", FIELD_TEXT, AT(model), .max = 256},
    {"target", FIELD_TEXT, AT(target), .max = 256},
    {"addresses", FIELD_TEXT, AT(addresses)},
    {0},
};
#undef AT
const struct shape interface_shape = {"interface", sizeof(struct interface), interface_fields};

#define AT(member) offsetof(struct filesystem, member)
static const struct field filesystem_fields[] = {
    {"type", FIELD_TEXT, AT(type), .max = 64}, /* a word of libvirt's */
    {"source", FIELD_TEXT, AT(source)},
    {"target", FIELD_TEXT, AT(target)},
    {"readonly", FIELD_TRUTH, AT(readonly)},
    {"is_root", FIELD_TRUTH, AT(is_root)},
    {0},
};
#undef AT
const struct shape filesystem_shape = {"filesystem", sizeof(struct filesystem), filesystem_fields};

static const char *const virtualizations[] = {"full", "hybrid", "paravirtual", "container", NULL};
static const char *const accelerations[] = {"accelerated", "emulated", NULL};
static const char *const agent_states[] = {"connected", "disconnected", NULL};
static const char *const domain_statuses[] = {"ok", "xml-refused", "xml-failed", NULL};

#define AT(member) offsetof(struct domain, member)
static const struct field domain_fields[] = {
    {"uuid", FIELD_TEXT, AT(uuid), .max = 36, .required = true},
    {"name", FIELD_TEXT, AT(name), .required = true},
    {"title", FIELD_TEXT, AT(title)},
    {"state", FIELD_TEXT, AT(state), .max = 64},
    {"state_reason", FIELD_TEXT, AT(state_reason), .max = 64},
    {"persistent", FIELD_TRUTH, AT(persistent)},
    {"autostart", FIELD_TRUTH, AT(autostart)},
    {"managed_save", FIELD_TRUTH, AT(managed_save)},
    {"has_snapshots", FIELD_TRUTH, AT(has_snapshots)},
    {"status", FIELD_TEXT, AT(status), .words = domain_statuses, .required = true},
    {"detail", FIELD_TEXT, AT(detail)},
    {"virt_type", FIELD_TEXT, AT(virt_type), .max = 64},
    {"os_type", FIELD_TEXT, AT(os_type), .max = 64},
    {"arch", FIELD_TEXT, AT(arch), .max = 64},
    {"machine", FIELD_TEXT, AT(machine), .max = 256},
    {"loader", FIELD_TEXT, AT(loader)},
    {"firmware", FIELD_TEXT, AT(firmware), .max = 64},
    {"vcpus", FIELD_NUMBER, AT(vcpus)},
    {"memory_kib", FIELD_NUMBER, AT(memory_kib)},
    {"virtualization", FIELD_TEXT, AT(virtualization), .words = virtualizations},
    {"virtualization_evidence", FIELD_TEXT, AT(virtualization_evidence)},
    {"acceleration", FIELD_TEXT, AT(acceleration), .words = accelerations},
    {"smbios_uuid", FIELD_TEXT, AT(smbios_uuid), .max = 64},
    {"genid", FIELD_TEXT, AT(genid), .max = 64},
    {"agent", FIELD_TEXT, AT(agent), .words = agent_states},
    {"idmap", FIELD_TEXT, AT(idmap)},
    {"template_evidence", FIELD_TEXT, AT(template_evidence), .max = 256},
    {"disks", FIELD_LIST, AT(disks), .element = &disk_shape},
    {"interfaces", FIELD_LIST, AT(interfaces), .element = &interface_shape},
    {"filesystems", FIELD_LIST, AT(filesystems), .element = &filesystem_shape},
    {"seeds", FIELD_LIST, AT(seeds), .element = &seed_shape, .max = SEEDS_MAX},
    {"xml", FIELD_TEXT, AT(xml), .max = DOMAIN_XML_MAX},
    {0},
};
#undef AT
const struct shape domain_shape = {"domain", sizeof(struct domain), domain_fields};
