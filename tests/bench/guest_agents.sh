#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# guest-agents: 100 running guests on one hypervisor, whose agents take 20 ms for an answer: side by side, one
# after the other, and by virsh, which puts the same questions in one process, each once.
. "$(dirname "$0")/../lib/story.sh"
. "$(dirname "$0")/../lib/images.sh"
. "$(dirname "$0")/../lib/agents.sh"
. "$(dirname "$0")/bench.sh"
requires virsh jq

guests=${BENCH_GUESTS:-100}
turns=${BENCH_TURNS:-3}
latency_ms=20
uri=test://$work/node.xml

# Handles and what is read under them are the same each time that the agents are started anew.
start_agents() {
  agents_start "$latency_ms" "${agents[@]}"
}

# collect AGENTS: so many side by side.
collect() {
  "${with_agents[@]}" "$virt_ledger" collect -c "$uri" --road agent --agents "$1"
}

# What ours asks, in virsh's words, from the agents' own logs; libvirt itself asks guest-sync.
record_questions() {
  local log name
  collect 16 >/dev/null 2>&1
  for log in "$FAKE_AGENTS"/*.log; do
    name=$(basename "$log" .log)
    sed -n "/guest-sync/d; s/^{.*/qemu-agent-command $name '&'/p" "$log"
  done >"$work/questions"
}

# What it reads from its standard input it goes on with after an error.
ask_by_virsh() {
  "${with_agents[@]}" virsh -q -c "$uri" <"$work/questions"
}

tree_new "$agent_trees/default" guest "$(machine_id_of guest)"
mapfile -t names < <(seq -f 'guest-%g' "$guests")
agents=("${names[@]/%/:honest}")
agents_node "${names[@]}" >"$work/node.xml"
start_agents
record_questions
for _ in $(seq "$turns"); do
  start_agents
  measure ours collect 16
  start_agents
  measure alone collect 1
  start_agents
  measure virsh ask_by_virsh
done

ours=$(ratio "$(median_of ours)" "$guests")
questions=$(wc -l <"$work/questions")
table_head "guest-agents: $guests guests, $((questions / guests)) questions each, $latency_ms ms an answer, median of $turns"
table_row 'virt-ledger collect, 16 side by side' "$(median_of ours)" "$guests" "$ours"
table_row 'virt-ledger collect, one after the other' "$(median_of alone)" "$guests" "$ours"
table_row 'virsh qemu-agent-command, in one process' "$(median_of virsh)" "$guests" "$ours"
verdict 'one after the other / side by side' "$(ratio "$(median_of alone)" "$(median_of ours)")" '>=' 8
verdict 'virsh / side by side' "$(ratio "$(median_of virsh)" "$(median_of ours)")" '>=' 8
