/** Switches: spanning tree and stolen ports. */

import type { Catalogue } from '../sentence.js'

export const switching = {
  expected_one_port_per_address: 'Every source address is used by the one device that has it.',
  seen_port_steal:
    '{count} frames in {window_ms} to {mac} that only serve to show the source address of {affected_macs}.',
  empty_arp: 'ARP frames without any address in them, sent to one station.',
  addressed_to_sender: 'ARP frames addressed to the very station that they say they are from.',
  source_is_destination: 'Frames from an address to itself, which no switch forwards.',
  advice_port_steal:
    'Somebody is redirecting frames for these devices on the switch. Find the port of the claimant and turn on port security.',
  expected_few_bridges: 'A few bridges, one per neighbour.',
  seen_bpdu_flood: '{count} stations announced themselves as bridges within {window_ms}.',
  bpdu_flood: '{count} stations announced themselves as bridges within {window_ms}.',
  seen_topology_change_flood: '{count} stations announced topology changes within {window_ms}.',
  topology_change_flood: '{count} stations announced topology changes within {window_ms}.',
  expected_no_tree: 'No spanning tree here.',
  expected_root: 'The root bridge is {root}.',
  seen_root: '{mac} announces the root bridge {root}.',
  contradicting_roots: 'Both {root} and {other_root} are announced as root, sooner than any root times out.',
  new_bridge: '{mac} is not one of the {known} bridges known here; it is announced at path cost {path_cost}.',
  impossible_bridge_mac: 'No bridge has the address {mac}.',
  impossible_message_age:
    '{mac} says that it is the root itself, and that its own announcement is {age_ms} old.',
  impossible_root_cost: '{mac} says that it is the root itself, at path cost {path_cost}.',
  tree_appeared: 'A bridge announces itself where no spanning tree was heard for {silent_ms}.',
  claims_to_be_root:
    'It puts itself before every bridge that nobody has configured (priority {priority}, default {default_priority}).',
  was_no_bridge: '{mac} is a host, {ip}, and was no bridge before.',
  bridge_in_a_device:
    'Its priority {priority} gives way to every bridge that somebody has configured, so that it changes nothing: loudspeakers and hosts with virtual machines do this.',
  advice_stp_root:
    'If you did not add or reconfigure a switch, find this device: traffic between switches may now run through it. Turn on root guard or BPDU guard on ports of hosts.',
} satisfies Catalogue
