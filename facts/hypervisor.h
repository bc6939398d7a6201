/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about a stream and the hypervisor it came from: its first lines and its last. */
#pragma once

#include "facts/shape.h"

/* The first line of a stream: who collected, and when. */
struct collection {
  gint64 version; /* of the stream, STREAM_VERSION */
  char *tool;     /* "virt-ledger 0.1.0" */
  char *uri;      /* as asked for, without a password */
  gint64 at;      /* Unix seconds, UTC */
};
SHAPE_DECLARE(Collection, collection)

/*
 * One libvirt driver on one host, identified by (driver, host_uuid, hostname, scope), so that two
 * URIs of one hypervisor are one. `scope` keeps apart the fleets that a driver may have on a host:
 * "system"; "session" with its user; the embed root; the test driver's node file.
 */
struct hypervisor {
  char *driver;    /* as virConnectGetType() says it: "QEMU", "LXC", "Test" */
  char *host_uuid; /* from the capabilities; NULL when the driver has none */
  char *hostname;
  char *scope;
  char *libvirt_version; /* of the daemon: "9.0.0" */
  char *driver_version;  /* of the hypervisor itself: "7.2.0" */
  char *arch;            /* of the host */
  gint64 local;          /* whether its image paths are paths of the collecting machine */
  gint64 domain_count;   /* how many the list call named; for progress */
};
SHAPE_DECLARE(Hypervisor, hypervisor)

/* Worth knowing, and no fact about the fleet: a domain that vanished while it was read. */
struct note {
  char *subject;
  char *text;
};
SHAPE_DECLARE(Note, note)

/*
 * A domain that was asked for, and that the hypervisor does not have or no longer had when it was
 * read: it ended.
 */
struct gone {
  char *uuid;
};
SHAPE_DECLARE(Gone, gone)

/* The last line. Without it a stream is partial, and nothing is concluded from what it lacks. */
struct end {
  char *status;                   /* END_* below */
  char *detail;                   /* what the driver said, when not complete */
  gint64 domains, images, guests; /* lines of each kind in this stream */
  gint64 duration_ms;             /* from the first line to this one */
};
SHAPE_DECLARE(End, end)

#define END_COMPLETE           "complete"
#define END_PARTIAL            "partial" /* a selection, or the list broke off */
#define END_DRIVER_UNAVAILABLE "driver-unavailable"
#define END_REFUSED            "refused" /* no daemon, no permission, lost connection */
#define END_BAD_URI            "bad-uri"
#define END_TIMEOUT            "timeout" /* its collector was ended at its deadline */
