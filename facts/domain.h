/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about a domain: libvirt's definition of a machine. Names and words are libvirt's. */
#pragma once

#include "facts/cloud.h"

struct disk {
  char *target; /* "vda": unique in its domain */
  char *bus;
  char *device;      /* disk, cdrom, floppy, lun */
  char *source_type; /* file, block, volume, network, nvme, vhostuser, dir, none (an empty drive) */
  char *source;      /* path, "protocol://host/name", PCI address of an nvme one */
  char *pool, *volume;   /* of a source_type volume */
  char *image_path;      /* host path of the top image; volumes are resolved */
  char *declared_format; /* <driver type>; NULL when the XML has none */
  char *serial;
  gint64 shareable, readonly, transient;
  gint64 encrypted;          /* the XML says so */
  gint64 logical_block_size; /* <blockio>: bytes of a sector as the guest sees it */
  GPtrArray *backing;        /* of struct backing: what <backingStore> says, nearest first */
};
SHAPE_DECLARE(Disk, disk)

struct backing {
  char *source_type, *source, *format;
};
SHAPE_DECLARE(Backing, backing)

struct interface {
  char *mac;    /* lower case, with colons */
  char *type;   /* network, bridge, user, … */
  char *source; /* name of the network, bridge or device */
  char *model;
  char *target;    /* device on the host, of a running domain */
  char *addresses; /* that libvirt's networks have leased to it, separated by blanks; sorted */
};
SHAPE_DECLARE(Interface, interface)

/* A directory, block device or image that a container or guest gets as a file system. */
struct filesystem {
  char *type; /* mount, template, file, block, ram, bind, volume */
  char *source, *target;
  gint64 readonly;
  gint64 is_root; /* the guest's own root file system */
};
SHAPE_DECLARE(Filesystem, filesystem)

struct domain {
  char *uuid; /* lower case, dashed */
  char *name, *title;
  char *state;        /* virsh's words: "running", "shut off", … */
  char *state_reason; /* likewise: "booted", "destroyed", … */
  gint64 persistent, autostart, managed_save, has_snapshots;
  char *status; /* "ok", or why the definition could not be read: "xml-refused", "xml-failed" */
  char *detail;
  char *virt_type;               /* <domain type>: kvm, qemu, xen, lxc, test, … */
  char *os_type;                 /* hvm, xen, linux, xenpvh, exe, uml */
  char *arch, *machine;          /* as <os><type> has them */
  char *loader;                  /* path of the firmware */
  char *firmware;                /* bios, efi */
  gint64 vcpus, memory_kib;      /* maximum of both, as libvirt counts them */
  char *virtualization;          /* full, hybrid, paravirtual, container */
  char *virtualization_evidence; /* the devices and features that decided it */
  char *acceleration;            /* accelerated, emulated; NULL when neither is known */
  char *smbios_uuid;             /* where <sysinfo> sets another than the domain's own */
  char *genid;
  char *agent; /* channel of the QEMU guest agent: connected, disconnected; NULL without one */
  char *idmap; /* <idmap>: "uid START TARGET COUNT" and "gid …" groups, separated by commas */
  char *template_evidence; /* what calls it a template: "title, metadata, configuration" */
  GPtrArray *disks, *interfaces, *filesystems;
  GPtrArray *seeds; /* of struct seed: what its definition tells cloud-init */
  char *xml;        /* the definition without its secrets; at most DOMAIN_XML_MAX bytes */
};
SHAPE_DECLARE(Domain, domain)

#define DOMAIN_XML_MAX ((size_t)8 << 20)
