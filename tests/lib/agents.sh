# SPDX-License-Identifier: Apache-2.0
# Domains of libvirt's test driver that run, and whose guest agents are played by tests/lib/agent_server.c.

export FAKE_AGENTS=$work/agents
agent_trees=$work/trees # what they read: a folder for each name, "default" for the others

# agents_node NAME…: a node file with these domains on standard output; that of a name "none" has no channel.
agents_node() {
  local name
  echo '<node>'
  for name; do
    cat <<END
<domain type='test'>
  <name>$name</name><uuid>$(uuid_of "domain $name")</uuid><memory unit='MiB'>64</memory>
  <os><type>hvm</type></os>
  <devices>
    $([ "$name" = none ] || echo "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>")
  </devices>
</domain>
END
  done
  echo '</node>'
}

# agents_start LATENCY_MS NAME:MODE…: in place of those that were started before.
agents_start() {
  agents_stop
  rm -rf "$FAKE_AGENTS"
  mkdir "$FAKE_AGENTS"
  "$BUILD/tests/fake-agents" "$FAKE_AGENTS" "$agent_trees" "$@" >"$work/agents.out" &
  agents_pid=$!
  for _ in $(seq 100); do
    ! grep -q ready "$work/agents.out" || return 0
    sleep 0.1
  done
  fail 'the agents do not start'
}

agents_stop() {
  [ -n "${agents_pid:-}" ] || return 0
  kill "$agents_pid"
  wait "$agents_pid" || true
  agents_pid=
}

# "${with_agents[@]}" COMMAND…: it finds them behind the domains. ASan wants to be loaded first, and need not be.
with_agents=(env "ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0" "LD_PRELOAD=$BUILD/tests/libagent-shim.so")

agents_pid=
trap 'agents_stop; rm -rf "$work"' EXIT
