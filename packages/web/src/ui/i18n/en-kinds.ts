/** Alert kinds in English: a title, and what it means for somebody who is not a packet expert. */

export const enKinds = {
  'kind.arp_spoof.title': 'Address impersonated (ARP spoofing)',
  'kind.arp_spoof.explain':
    'A device claims an address that belongs to another one. Traffic meant for the owner can then be read, changed or cut off.',
  'kind.gateway_spoof.title': 'Gateway impersonated',
  'kind.gateway_spoof.explain':
    'A device claims to be your router. Everything that other devices send to the internet may pass through it first.',
  'kind.gateway_mac_changed.title': 'The gateway has another network card',
  'kind.gateway_mac_changed.explain':
    'The router’s address is now answered by other hardware, and the old one is silent. Normal after replacing the router; otherwise find out who it is.',
  'kind.mac_changed.title': 'Address moved to another device',
  'kind.mac_changed.explain':
    'An address is now used by another network card, and the former one is silent. Usual after a new card or a replaced device.',
  'kind.ip_conflict.title': 'Two devices use the same address',
  'kind.ip_conflict.explain':
    'Two devices answer for one address. Both will have unreliable connections until one of them gets another address.',
  'kind.conflict_avoided.title': 'Address conflict avoided',
  'kind.conflict_avoided.explain':
    'Two devices would have had one address. One of them looked first, or gave it up, so nothing was disturbed.',
  'kind.flip_flop.title': 'Address changes back and forth',
  'kind.flip_flop.explain':
    'An address switches between network cards again and again. Causes range from fail-over pairs to a conflict or an impersonation.',
  'kind.arp_scan.title': 'Network scanned for devices',
  'kind.arp_scan.explain':
    'A device asked for a large part of the addresses of this network to learn who is here. Inventory tools do this, and so do intruders.',
  'kind.host_sweep.title': 'Many hosts probed',
  'kind.host_sweep.explain': 'A device contacted many other hosts in a short time to see which ones answer.',
  'kind.port_scan.title': 'Ports of a host scanned',
  'kind.port_scan.explain':
    'A device tried many ports of one host to find the services it offers. Security tools do this, and so do intruders.',
  'kind.arp_storm.title': 'ARP storm',
  'kind.arp_storm.explain':
    'A device sends far more ARP messages than normal operation needs. It slows the network down: a fault, a loop or an attack.',
  'kind.mac_flood.title': 'Switch flooded with addresses',
  'kind.mac_flood.explain':
    'A flood of invented hardware addresses. It can push a switch into sending everybody’s traffic to every port, where it can be read.',
  'kind.port_steal.title': 'Switch port stolen',
  'kind.port_steal.explain':
    'A device sends frames under another device’s hardware address so that the switch delivers that device’s traffic to it.',
  'kind.rogue_dhcp.title': 'Unknown DHCP server',
  'kind.rogue_dhcp.explain':
    'A second server hands out addresses. Devices that listen to it may be sent through a wrong router or to wrong name servers.',
  'kind.dhcp_starvation.title': 'DHCP addresses being used up',
  'kind.dhcp_starvation.explain':
    'Very many different clients ask for addresses. Once the pool is empty, new devices cannot get on the network.',
  'kind.rogue_ra.title': 'Unknown IPv6 router',
  'kind.rogue_ra.explain':
    'A device announces itself as an IPv6 router. Others may send their traffic to it without anybody noticing.',
  'kind.new_router.title': 'Another IPv6 router',
  'kind.new_router.explain':
    'A further IPv6 router has appeared. Expected where a second router was installed; otherwise find out whose it is.',
  'kind.ra_flood.title': 'Flood of IPv6 router announcements',
  'kind.ra_flood.explain':
    'Many invented routers are announced at once. It can freeze or overload devices that listen to them.',
  'kind.ndp_spoof.title': 'IPv6 address impersonated',
  'kind.ndp_spoof.explain':
    'A device claims an IPv6 address that belongs to another one, to receive that one’s traffic.',
  'kind.dad_dos.title': 'IPv6 addresses being refused',
  'kind.dad_dos.explain':
    'Somebody claims every IPv6 address that devices try to take, so that they cannot get one.',
  'kind.icmp_redirect.title': 'Traffic being redirected (ICMP)',
  'kind.icmp_redirect.explain':
    'A device that is not the gateway tells others to use another route. Traffic can be led past the real router that way.',
  'kind.stp_root_change.title': 'Another switch took the lead (STP)',
  'kind.stp_root_change.explain':
    'A new bridge has become the root of the switched network, so traffic may now flow through it. Expected only when a switch was added or changed.',
  'kind.malformed_arp.title': 'Broken ARP messages',
  'kind.malformed_arp.explain':
    'ARP messages that contradict themselves. Faulty software sends them, and so do testing and attack tools.',
  'kind.malformed_nd.title': 'Broken IPv6 neighbour messages',
  'kind.malformed_nd.explain':
    'IPv6 neighbour messages that contradict themselves. Faulty software sends them, and so do testing and attack tools.',
  'kind.eth_arp_mismatch.title': 'Sender addresses do not match',
  'kind.eth_arp_mismatch.explain':
    'The hardware address of a frame differs from the one inside it. Some virtual networks do this; otherwise it is a sign of forged messages.',
  'kind.new_device.title': 'New device',
  'kind.new_device.explain':
    'A device that was not seen before has joined. If you know it, mark it as yours.',
  'kind.fhrp_failover.title': 'Redundant gateway took over',
  'kind.fhrp_failover.explain':
    'Routers that share an address have changed roles (VRRP, HSRP or CARP). This is how they are meant to work.',
  'kind.multi_homed.title': 'One machine with two network cards',
  'kind.multi_homed.explain':
    'Two network cards answer for the same addresses, always and side by side: one machine connected twice.',
  'kind.forwarding_host.title': 'Device forwards traffic',
  'kind.forwarding_host.explain':
    'A device that is not a known router passes on packets of others. That is what a hidden man in the middle does, and also an unknown router.',
  'kind.name_spoof.title': 'Names answered falsely',
  'kind.name_spoof.explain':
    'A device answers for names that are not its own, so that others connect to it and give away passwords.',
  'kind.dns_spoof.title': 'Name look-ups answered falsely',
  'kind.dns_spoof.explain':
    'Two different answers came to one DNS question. One of them was made up and may lead to the wrong server.',
  'kind.answers_for_all.title': 'Answers for everybody',
  'kind.answers_for_all.explain':
    'A station answers nearly every question for an address, whoever has it. Routers that keep their clients apart do so (local proxy ARP); so do traps for scanners, and tools that want the traffic of others.',
  'kind.fhrp_hijack.title': 'Router group taken over',
  'kind.fhrp_hijack.explain':
    'A device that was not a member took over the address that a group of routers shares.',
  'kind.dhcp_release_spoof.title': 'Address given back in another’s name',
  'kind.dhcp_release_spoof.explain':
    'Somebody told the DHCP server that a device no longer needs its address, while that device goes on using it.',
  'kind.wpad_offered.title': 'A proxy is announced to everybody',
  'kind.wpad_offered.explain':
    'A device tells others which web proxy to use. Whoever runs that proxy reads what they send.',
  'kind.decoy_touched.title': 'Somebody tried the decoy',
  'kind.decoy_touched.explain':
    'A device tried to connect to an address that nobody uses. Only somebody who searches the network does that.',
  'kind.watch_stopped.title': 'Watching was stopped or changed',
  'kind.watch_stopped.explain':
    'Capturing was stopped, a binding pinned, or alerts were acknowledged in a way that could hide something.',
  'kind.drill.title': 'Fire drill',
  'kind.drill.explain': 'A practice alert that you asked for: nothing happened on the network.',
} as const
