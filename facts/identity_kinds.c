/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of identities. Places are those of Debian's and Red Hat's packages and of the programs'
 * own; a file that a secret is in is told by its digest. Not here: a DUID of systemd-networkd,
 * which is a hash of the machine ID and on no disk; Docker's /etc/docker/key.json, a private key.
 */
#include "facts/identity_kinds.h"

#include <stddef.h>
#include <string.h>

#define HIGH   "high"
#define MEDIUM "medium"
#define LOW    "low"
#define INFO   "info"

/* Rows of one kind that have all but the place in common. */
#define DHCP_DUID                                                                                  \
  MEDIUM, "DHCPv6 servers, and those for IPv4 that go by client identifier, give both guests one " \
          "lease, so that they take each other's address"
#define PUPPET                                                                                     \
  HIGH, "the Puppet server takes both for one node: it gives them one catalog, and reports and "   \
        "certificates of one replace those of the other"

const struct identity_kind identity_kinds[] = {
    {"machine-id", NULL, IDENTITY_ELSEWHERE, NULL,
     "journals, DHCP leases and inventories take both for one system"},
    {"dbus-machine-id", NULL, IDENTITY_ELSEWHERE, NULL,
     "programs that ask D-Bus take both for one system"},
    {"iscsi-initiator", "/etc/iscsi/initiatorname.iscsi", IDENTITY_INITIATOR, HIGH,
     "an iSCSI target takes both for one host: it gives them each other's disks, drops one session "
     "for the other, and both may write to one file system"},
    {"nvme-hostnqn", "/etc/nvme/hostnqn", IDENTITY_LINE, HIGH,
     "an NVMe subsystem takes both for one host: it gives them each other's namespaces, and both "
     "may write to one file system"},
    {"nvme-hostid", "/etc/nvme/hostid", IDENTITY_UUID, HIGH,
     "an NVMe controller takes both for one host: reservations of one guest let in the other"},
    {"docker-engine-id", "/var/lib/docker/engine-id", IDENTITY_UUID, LOW,
     "whoever manages Docker engines takes both for one"},
    {"rhsm-consumer-id", "/etc/pki/consumer/cert.pem", IDENTITY_CERTIFICATE, MEDIUM,
     "Red Hat's subscription service takes both for one system: its subscriptions, facts and "
     "packages are those of whichever checked in last"},
    {"puppet-certname", "/etc/puppetlabs/puppet/puppet.conf", IDENTITY_CERTNAME, PUPPET},
    {"puppet-certname", "/etc/puppetlabs/puppet/ssl/certs/*.pem", IDENTITY_CERTIFICATE, PUPPET},
    {"puppet-certname", "/etc/puppet/puppet.conf", IDENTITY_CERTNAME, PUPPET},
    {"puppet-certname", "/var/lib/puppet/ssl/certs/*.pem", IDENTITY_CERTIFICATE, PUPPET},
    {"salt-minion-id", "/etc/salt/minion_id", IDENTITY_LINE, HIGH,
     "the Salt master takes both for one minion: jobs run on either or both, and their answers "
     "mix"},
    {"systemd-random-seed", "/var/lib/systemd/random-seed", IDENTITY_DIGEST, MEDIUM,
     "both guests start their random numbers from the same seed; keys that are made early in the "
     "first boot may be the same, or guessed"},
    {"systemd-credential-secret", "/var/lib/systemd/credential.secret", IDENTITY_DIGEST, HIGH,
     "what systemd-creds encrypts for one guest, the other can decrypt"},
    {"networkmanager-secret-key", "/var/lib/NetworkManager/secret_key", IDENTITY_DIGEST, LOW,
     "NetworkManager's stable IPv6 addresses, MAC addresses and client identifiers can be told "
     "from one guest for the other"},
    {"dhcp-duid", "/var/lib/dhcp/dhclient*.leases", IDENTITY_DHCP_DUID, DHCP_DUID},
    {"dhcp-duid", "/var/lib/dhclient/dhclient*.leases", IDENTITY_DHCP_DUID, DHCP_DUID},
    {"dhcp-duid", "/var/lib/NetworkManager/dhclient*.lease", IDENTITY_DHCP_DUID, DHCP_DUID},
    {"dhcp-duid", "/var/lib/dhcpcd/duid", IDENTITY_LINE, DHCP_DUID},
    {"dhcp-duid", "/etc/dhcpcd.duid", IDENTITY_LINE, DHCP_DUID},
    {"filesystem-uuid", NULL, IDENTITY_ELSEWHERE, INFO,
     "one is a copy of the other's disk; with both disks in one machine, mounts by UUID find "
     "either"},
    {"partition-table-id", NULL, IDENTITY_ELSEWHERE, INFO,
     "one is a copy of the other's disk; with both disks in one machine, PARTUUIDs name either"},
    {"smbios-uuid", NULL, IDENTITY_ELSEWHERE, HIGH,
     "inventories and licences take both for one machine; an emptied machine ID becomes the same "
     "in both again"},
    {"vm-genid", NULL, IDENTITY_ELSEWHERE, MEDIUM,
     "a guest that was copied does not notice: it keeps random numbers and identities that it "
     "should make anew"},
    {"mac-address", NULL, IDENTITY_ELSEWHERE, MEDIUM,
     "on one network switches send the frames of either guest to the other, and DHCP gives both "
     "one address"},
    {0},
};

const struct identity_kind *
identity_kind_find(const char *name)
{
  for (const struct identity_kind *kind = identity_kinds; kind->name; kind++)
    if (strcmp(kind->name, name) == 0)
      return kind;
  return NULL;
}
