/** Who claims which address: conflicts, their rules and outcomes. */
export const bindings = {
  pinned_binding: '{ip} is pinned to {mac}.',
  unsolicited_claim: '{mac} told one host only, unasked, that it has {ip} ({count} times).',
  unsolicited_cadence: 'The unasked claim is repeated every {interval_ms}, as by a timer.',
  reciprocal_claims: '{mac} tells {other_ip} that it is {ip}, and {ip} that it is {other_ip}.',
  claimer_owns_other: '{mac} holds another address of its own, {other_ip}.',
  made_from_other: '{ip} is made from {holder_mac}, which is there: {mac} does not come by it honestly.',
  sender_mismatch: 'Frames from another MAC carry the claims of {mac}.',
  target_contradiction: 'Replies name a target MAC that is not the host they are sent to.',
  withdrawn: '{mac} itself said later that another has {ip}.',
  claimer_sends_nothing_else: '{mac} sends nothing but this claim.',
  many_claimers: '{count} MACs claimed {ip} within a minute.',
  two_uplinks: 'Packets from outside this network began to arrive from {mac} too.',
  uplink_moved: 'Packets from outside that {from_mac} delivered now come from {mac}.',
  relays_others: '{mac} sends IP packets of {ips}.',
  forwards_packets: '{mac} sent on a packet that was not for it: it forwards.',
  owner_alive: '{mac}, which has {ip}, has not left.',
  both_answered: '{mac} and another answered the same question about {ip}.',
  gateway_claimed: '{ip} is a gateway: whoever holds it sees all traffic to other networks.',
  repeated_announcements: '{mac} keeps announcing {ip}, longer than a take-over needs.',
  restored: '{mac} itself told others that {ip} is at {holder_mac} again.',

  behind_virtual_mac:
    '{virtual_mac} is a virtual MAC: the machine behind it asks from its own, as {mac} does.',
  same_client:
    '{mac} and {holder_mac} call themselves the same when they ask for a lease: two cards of one machine, as of a laptop in its dock.',
  fhrp_member: '{mac} takes part in a redundancy protocol (VRRP, CARP, HSRP or GLBP).',
  dhcp_lease: 'A DHCP server has given {ip} to {mac}.',
  symmetric_answers: 'Both MACs also answer for {other_ip}: one host with two interfaces.',
  proxy_arp: '{mac} is a router and only answers questions: proxy ARP (RFC 1027).',
  one_way_view: 'No questions are in view here, so replies always seem unasked.',
  no_other_address: '{mac} holds no other address: a replaced card, a bond or a second host may do this.',
  shared_address: '{mac} has an address of its own too: members of a cluster pass a shared one on.',
  owner_silent: '{mac}, which had {ip}, did not answer, asked alone and then with all.',
  asked_first: '{mac} asked whether {ip} is free before it took it (RFC 5227, DHCP).',
  local_proxy_arp:
    '{mac} is the gateway and answers for all addresses: it keeps hosts apart and passes their packets on.',
  answers_for_all: '{mac} answered for {count} of {asked} addresses that were asked for.',
  expected_own_address_only: '{mac} answers for its own addresses only.',
  seen_answers_for_all: '{mac} answers for everybody: for {count} of {asked} addresses that were asked for.',
  advice_local_proxy_arp:
    'Nothing, if your router or access point keeps its clients apart (client isolation, local proxy ARP). Who is really there cannot be told from its answers.',
  advice_answers_for_all:
    'Find the device with this MAC: unless it is a router or a trap for scanners, it takes the traffic of others.',
  guest_restarted:
    'Only containers and virtual machines of this machine are on this bridge; they get a new MAC when they start anew.',
  announced_takeover: '{mac} announced {ip} to all, and the previous holder has been silent since.',

  expected_holder: '{ip} is at {mac}.',
  expected_only_holder: 'Only the holder of {ip} speaks for it.',
  seen_claim_to_one: '{mac} tells {to_ip} ({to_mac}) that it is {ip}.',
  seen_claim_to_all: '{mac} tells everybody that it is {ip}.',
  seen_both_use: 'Several MACs use {ip}: {macs}.',
  seen_both_answer: 'Several MACs answer for {ip}: {macs}.',
  seen_failover: '{mac} took over {ip}.',
  seen_new_holder: '{mac} has taken over {ip}; the previous holder is silent.',
  advice_disconnect_claimant:
    'Find the device with this MAC and disconnect it; until then the traffic of this address may be read or changed.',
  advice_change_one_address:
    'Give one of the two devices another address; look for a fixed address inside the DHCP range.',
  advice_one_machine_or_two:
    'Nothing, if this is one machine with two network cards or a bond; otherwise two devices share an address.',
  advice_backup_machines: 'Nothing, if these machines back each other up.',
  advice_router_replaced:
    'If nobody replaced the router, find out what this device is before you trust the network.',
  advice_card_replaced: 'Nothing, if the device or its network card was replaced.',

  probe_answered: '{mac} asked whether {ip} is free (RFC 5227), and another host answered.',
  dhcp_decline: '{mac} declined a lease of {ip}.',
  expected_free: '{ip} is free.',
  expected_free_for_dhcp: '{ip} is free for the DHCP server to give.',
  seen_probe_answered: '{mac} asked whether {ip} is free, and {holder_mac} answered that it is not.',
  seen_lease_declined: '{mac} refused {ip}, which the DHCP server had offered, because it is in use.',
  advice_takes_another_address: 'Nothing: the device that asked takes another address.',
  advice_fixed_address_in_range:
    'Find the device with a fixed address inside the DHCP range and move it out of the range.',

  virtual_nat: 'Both MACs belong to the NAT of a virtual machine.',
  expected_own_frames: 'A frame that speaks for {mac} comes from {mac}.',
  seen_frame_of_other: '{frame_mac} sent an ARP message in which {mac} claims {ip}.',
  advice_look_at_others: 'Nothing by itself; look at other alerts about these two MACs.',

  known_router: '{mac} is known to route.',
  expected_no_router: '{mac} ({ip}) is no router and drops packets that are not for it.',
  advice_may_stand_between:
    'Nothing, if this device is a router, a VPN gateway or runs containers; otherwise it may sit in the middle of connections.',
}
