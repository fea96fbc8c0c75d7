/** What the firewall says: why something is not blocked, what to know before, and what became of it. English. */

export const firewall = {
  as_written: '{text}',
  firewall_disabled: 'The firewall is switched off in the configuration of netwatcherd (firewall.enabled).',
  firewall_stopped: 'The daemon is not running.',
  firewall_unusable: 'The firewall cannot be used: {text}',
  firewall_switched_off: 'The firewall was switched off.',
  blocks_damaged: 'The file of blocks was damaged and was set aside: {text}',
  rules_restored: 'The rules had been changed by somebody else and were put right.',
  block_to_confirm: 'To be confirmed within {confirm_ms}.',
  block_lasts: 'For {lifetime_ms}.',
  block_unconfirmed_at_end: 'It was not confirmed before the daemon ended.',
  block_ended_while_stopped: 'It ended while the daemon was not running.',
  block_not_checked: 'What must not be blocked could not be read, so the block is not in force.',
  guard_own_address: '{target}: {ip} is an address of this machine itself, which is never blocked.',
  guard_router: '{target}: {ip} is a router of this machine, which is never blocked.',
  guard_dns_server: '{target}: {ip} is a DNS server in use, which is never blocked.',
  guard_dhcp_server: '{target}: {ip} is the DHCP server of this machine, which is never blocked.',
  guard_ssh_peer: '{target}: {ip} is the other end of an SSH session, which is never blocked.',
  guard_broadcast: '{target}: {ip} is the broadcast address of the subnet, which is never blocked.',
  guard_own_mac: '{target} is this machine itself, which is never blocked.',
  guard_mac_own_address:
    '{target} has been seen for {ip}, an address of this machine itself: it is not blocked.',
  guard_mac_router: '{target} has been seen for {ip}, a router of this machine: it is not blocked.',
  guard_mac_dns_server: '{target} has been seen for {ip}, a DNS server in use: it is not blocked.',
  guard_mac_dhcp_server:
    '{target} has been seen for {ip}, the DHCP server of this machine: it is not blocked.',
  guard_mac_ssh_peer: '{target} has been seen for {ip}, the other end of an SSH session: it is not blocked.',
  guard_mac_broadcast:
    '{target} has been seen for {ip}, the broadcast address of the subnet: it is not blocked.',
  guard_router_unknown:
    'Nobody has told yet which MAC {ips} has, a router of this machine, so no MAC is blocked: try again in a moment.',
  guard_overridden:
    '{mac} has been seen for {ip}, which this machine needs. Its guard is overridden by name.',
  binding_disputed:
    'Right now {ip}, which this machine needs, is claimed by {macs}. Which of them is genuine is not settled: look at the alerts before you block one.',
  resolver_local:
    'DNS questions of this machine go to a resolver on itself ({ips}). Whom that one asks is not known here, and not guarded.',
  block_scope_forwarding:
    'Cuts the internet of {targets}, and contact with this machine: the way elsewhere leads through here. Devices on the same switch still reach each other directly.',
  block_scope_own:
    'Cuts this machine’s contact with {targets} only. This machine is not a gateway: whoever is blocked keeps the internet and still reaches other devices.',
  block_scope_aside:
    'Cuts this machine’s contact with {targets}, and what it forwards for them. It is not their gateway as far as can be seen: whoever is blocked keeps the internet and still reaches other devices.',
  policy_standing:
    'This comes back by itself, and ends {lifetime_ms} after you confirm it. Until then it can be ended on this page at any time.',
  policy_switched_off: 'Standing policies of this kind were switched off.',
  schedule_clock:
    'The hours are reckoned by the clock of the daemon’s machine. What must not be blocked is looked at again at the start of each.',
  slot_not_checked: 'Its hours have begun; it is in force once what must not be blocked has been looked at.',
  schedule_lifted: 'Lifted for {lift_ms}.',
  quarantine_scope:
    'Cuts the internet of everybody on {interfaces} but {count} admitted devices. This machine, its DNS and DHCP stay reachable, and devices on the same switch still reach each other.',
  quarantine_macs:
    'Who is admitted is known by MAC: a device that takes an admitted MAC gets through, and one that changes its MAC waits again.',
  quarantine_dns: 'Whoever waits can ask DNS servers, and so pass a little to the outside.',
  quarantine_admitted: '{mac} was admitted.',
  guard_not_gateway: 'This machine is not the gateway of {interface}, so a quarantine would keep nobody out.',
  block_mac_inbound:
    'What comes from a blocked MAC is dropped, whatever address it uses; packets to the device are still sent.',
  block_mac_local:
    'A MAC is seen on the local network only: behind another router the device is not recognised.',
  block_mac_private: '{mac} is a private (random) MAC: the device may change it and get round the block.',
  block_mac_answers: '{mac} answers for {ips}.',
  block_address_ipv4:
    'Only {target} is blocked: a device keeps its other addresses, those of IPv6 among them, and can take a new one. Block its MACs to cover them all.',
  block_address_ipv6:
    'Only {target} is blocked: a device keeps its other addresses, those of IPv4 among them, and can take a new one. Block its MACs to cover them all.',
  block_address_others: 'Not blocked, but seen at the same MAC as {target}: {ips}.',
  block_prefix_neighbors: '{target} covers {count} known neighbours: {ips}.',
  block_prefix: '{target} covers more than one address.',
}
