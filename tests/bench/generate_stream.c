/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generate-stream GUESTS [HYPERVISORS [KEYS]]: a stream of facts about that many guests, spread
 * over as many hypervisors (one stream each), on standard output. The same numbers give the same
 * bytes. Every guest has a domain with one disk, one interface and a definition, an image, and a
 * root with three identities; of a thousand guests, two share a machine ID. With KEYS, every root
 * has as many host keys and a fourth identity, and the two share these, too.
 */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

#define AT 1700000000

/* splitmix64: as random as UUIDs and machine IDs are to an index. */
static guint64
scatter(guint64 number)
{
  number += 0x9e3779b97f4a7c15;
  number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9;
  number = (number ^ number >> 27) * 0x94d049bb133111eb;
  return number ^ number >> 31;
}

static void
write_begin(guint hypervisor)
{
  printf("{\"kind\":\"collection\",\"version\":3,\"tool\":\"generate-stream\","
         "\"uri\":\"qemu+ssh://host%u/system\",\"at\":%d}\n",
         hypervisor, AT);
  printf(
      "{\"kind\":\"hypervisor\",\"driver\":\"QEMU\",\"hostname\":\"host%u\",\"scope\":\"system\","
      "\"libvirt_version\":\"9.0.0\",\"driver_version\":\"7.2.0\",\"arch\":\"x86_64\","
      "\"local\":true}\n",
      hypervisor);
}

struct guest {
  unsigned number, twin; /* that it was cloned from; itself for nearly all */
  char uuid[37], mac[18], image[64];
  char machine_id[33];
};

static void
make_guest(struct guest *guest, unsigned number)
{
  const guint64 high = scatter(number), low = scatter(~(guint64)number);
  const unsigned twin = number % 1000 == 1 ? number - 1 : number;
  const unsigned mac = number * 0x9e3779b1; /* of 24 bits, each but once */

  guest->number = number;
  guest->twin = twin;
  snprintf(guest->uuid, sizeof guest->uuid, "%08x-%04x-4%03x-8%03x-%012" G_GINT64_MODIFIER "x",
           (unsigned)(high >> 32), (unsigned)(high >> 16) & 0xffff, (unsigned)high & 0xfff,
           (unsigned)(low >> 48) & 0xfff, low & 0xffffffffffff);
  snprintf(guest->mac, sizeof guest->mac, "52:54:00:%02x:%02x:%02x", mac >> 16 & 0xff,
           mac >> 8 & 0xff, mac & 0xff);
  snprintf(guest->image, sizeof guest->image, "/var/lib/libvirt/images/guest-%07u.qcow2", number);
  snprintf(guest->machine_id, sizeof guest->machine_id,
           "%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", scatter(twin * 3ull),
           scatter(twin * 5ull));
}

static void
write_definition(const struct guest *guest)
{
  printf("\"xml\":\"<domain type='kvm'>\\n  <name>guest-%07u</name>\\n  <uuid>%s</uuid>\\n"
         "  <memory unit='KiB'>2097152</memory>\\n  <vcpu placement='static'>2</vcpu>\\n"
         "  <os>\\n    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>\\n  </os>\\n"
         "  <features>\\n    <acpi/>\\n    <apic/>\\n  </features>\\n"
         "  <cpu mode='host-passthrough' check='none' migratable='on'/>\\n"
         "  <devices>\\n    <emulator>/usr/bin/qemu-system-x86_64</emulator>\\n"
         "    <disk type='file' device='disk'>\\n      <driver name='qemu' type='qcow2'/>\\n"
         "      <source file='%s'/>\\n      <target dev='vda' bus='virtio'/>\\n    </disk>\\n"
         "    <interface type='network'>\\n      <mac address='%s'/>\\n"
         "      <source network='default'/>\\n      <model type='virtio'/>\\n    </interface>\\n"
         "    <serial type='pty'>\\n      <target type='isa-serial' port='0'/>\\n    </serial>\\n"
         "    <memballoon model='virtio'/>\\n  </devices>\\n</domain>\"",
         guest->number, guest->uuid, guest->image, guest->mac);
}

static void
write_domain(const struct guest *guest)
{
  printf("{\"kind\":\"domain\",\"uuid\":\"%s\",\"name\":\"guest-%07u\",\"state\":\"shut off\","
         "\"state_reason\":\"shutdown\",\"persistent\":true,\"autostart\":false,"
         "\"managed_save\":false,\"has_snapshots\":false,\"status\":\"ok\",\"virt_type\":\"kvm\","
         "\"os_type\":\"hvm\",\"arch\":\"x86_64\",\"machine\":\"pc-q35-7.2\",\"vcpus\":2,"
         "\"memory_kib\":2097152,\"virtualization\":\"hybrid\","
         "\"virtualization_evidence\":\"virtio disk vda, virtio interface\","
         "\"acceleration\":\"accelerated\",",
         guest->uuid, guest->number);
  printf("\"disks\":[{\"target\":\"vda\",\"bus\":\"virtio\",\"device\":\"disk\","
         "\"source_type\":\"file\",\"source\":\"%s\",\"image_path\":\"%s\","
         "\"declared_format\":\"qcow2\",\"shareable\":false,\"readonly\":false,"
         "\"transient\":false,\"encrypted\":false}],"
         "\"interfaces\":[{\"mac\":\"%s\",\"type\":\"network\",\"source\":\"default\","
         "\"model\":\"virtio\"}],",
         guest->image, guest->image, guest->mac);
  write_definition(guest);
  puts("}");
}

static void
write_image(const struct guest *guest)
{
  printf("{\"kind\":\"image\",\"path\":\"%s\",\"pool\":\"default\","
         "\"volume\":\"guest-%07u.qcow2\",\"status\":\"ok\",\"file_id\":\"fe01:%x\","
         "\"declared_format\":\"qcow2\",\"format\":\"qcow2\",\"format_version\":3,"
         "\"virtual_size\":10737418240,\"apparent_size\":1181116006,\"allocated\":%u,"
         "\"provisioning\":\"thin\",\"readonly\":false,\"cluster_size\":65536,"
         "\"compression\":\"zlib\",\"chain_depth\":0,\"chain\":\"ok\",\"dirty\":false,"
         "\"corrupt\":false,\"extended_l2\":false,\"snapshots\":0}\n",
         guest->image, guest->number, guest->number + 4096,
         1073741824 + guest->number % 4096 * 65536);
}

static void
write_digest(guint64 number)
{
  printf("%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER
         "x%016" G_GINT64_MODIFIER "x",
         scatter(number), scatter(~number), scatter(number * 3), scatter(~number * 3));
}

static void
write_random_seed(const struct guest *guest)
{
  printf(",{\"kind\":\"systemd-random-seed\",\"state\":\"valid\",\"value\":\"");
  write_digest(guest->twin * 7ull);
  printf("\",\"path\":\"/var/lib/systemd/random-seed\",\"mode\":384,\"modified_at\":%d}", AT);
}

/* As long as those of ed25519 keys are. */
static void
write_host_key(const struct guest *guest, unsigned number)
{
  const guint64 key = guest->twin * 64ull + number;

  printf("%s{\"path\":\"/etc/ssh/ssh_host_%u_key\",\"state\":\"ok\",\"configured\":false,"
         "\"algorithm\":\"ssh-ed25519\",\"bits\":256,"
         "\"fingerprint\":\"SHA256:%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER
         "xmmmmmmmmmmm\","
         "\"public_key\":\"AAAA",
         number > 0 ? "," : "", number, scatter(key), scatter(~key));
  write_digest(key);
  printf("\",\"comment\":\"root@guest-%07u\",\"has_private\":true,\"safe\":true,\"mode\":384,"
         "\"uid\":0,\"gid\":0,\"modified_at\":%d,\"public_state\":\"matches\"}",
         guest->twin, AT);
}

static void
write_host_keys(const struct guest *guest, unsigned keys)
{
  printf(",\"sshd\":[{\"enabled\":true,\"state\":\"ok\"}],\"host_keys\":[");
  for (unsigned number = 0; number < keys; number++)
    write_host_key(guest, number);
  printf("]");
}

static void
write_guest(const struct guest *guest, unsigned keys)
{
  printf("{\"kind\":\"guest\",\"domain\":\"%s\",\"road\":\"disk\",\"status\":\"ok\",\"roots\":["
         "{\"root\":\"vda1\",\"status\":\"ok\",\"filesystem\":\"ext4\",\"fs_uuid\":\"%s\","
         "\"hostname\":\"guest-%07u\",\"os_id\":\"debian\",\"os_version\":\"12\","
         "\"os_name\":\"Debian GNU/Linux 12 (bookworm)\",\"identities\":[",
         guest->uuid, guest->uuid, guest->number);
  printf("{\"kind\":\"machine-id\",\"state\":\"valid\",\"value\":\"%s\",\"raw\":\"%s\\n\","
         "\"path\":\"/etc/machine-id\",\"mode\":292,\"modified_at\":%d},",
         guest->machine_id, guest->machine_id, AT);
  printf("{\"kind\":\"dbus-machine-id\",\"state\":\"valid\",\"value\":\"%s\",\"raw\":\"%s\\n\","
         "\"path\":\"/var/lib/dbus/machine-id\",\"link\":\"/etc/machine-id\",\"mode\":292,"
         "\"modified_at\":%d},",
         guest->machine_id, guest->machine_id, AT);
  printf("{\"kind\":\"hostname\",\"state\":\"valid\",\"value\":\"guest-%07u\","
         "\"raw\":\"guest-%07u\\n\",\"path\":\"/etc/hostname\",\"mode\":420,"
         "\"modified_at\":%d}",
         guest->number, guest->number, AT);
  if (keys > 0)
    write_random_seed(guest);
  printf("]");
  if (keys > 0)
    write_host_keys(guest, keys);
  puts("}]}");
}

static void
write_stream(guint hypervisor, unsigned first, unsigned count, unsigned keys)
{
  write_begin(hypervisor);
  for (unsigned number = first; number < first + count; number++) {
    struct guest guest;

    make_guest(&guest, number);
    write_domain(&guest);
    write_image(&guest);
    write_guest(&guest, keys);
  }
  printf("{\"kind\":\"end\",\"status\":\"complete\",\"domains\":%u,\"images\":%u,\"guests\":%u}\n",
         count, count, count);
}

int
main(int argc, char **argv)
{
  const unsigned guests = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
  const unsigned hypervisors = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 1;
  const unsigned keys = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 0;

  if (guests == 0 || hypervisors == 0 || hypervisors > guests) {
    fprintf(stderr, "usage: generate-stream GUESTS [HYPERVISORS [KEYS]]\n");
    return 64;
  }
  for (unsigned i = 0; i < hypervisors; i++) {
    const unsigned first = (unsigned)((guint64)guests * i / hypervisors);
    const unsigned next = (unsigned)((guint64)guests * (i + 1) / hypervisors);

    write_stream(i, first, next - first, keys);
  }
  return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
