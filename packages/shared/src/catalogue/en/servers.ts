/** Who serves a LAN: DHCP, DHCPv6 and IPv6 routers. */

import type { Catalogue } from '../sentence.js'

export const servers = {
  expected_one_dhcp_server: 'One machine speaks for this DHCP server.',
  expected_dhcp_server: 'DHCP server {server}[ at {macs}], router {router_ips}, DNS {dns_ips}.',
  expected_dhcp_server_unheard: 'DHCP server {server}[ at {macs}].',
  seen_dhcp_server: 'DHCP server {server}[ at {macs}], router {router_ips}, DNS {dns_ips}.',
  seen_dhcp_server_unheard: 'DHCP server {server}[ at {macs}], known by what clients say.',
  second_server: '{server} hands out configuration besides {known_servers}.',
  offer_not_seen: 'What it hands out was not seen: answers to clients do not pass here.',
  came_together:
    'It and {server} came into view together, and neither is a router: redundant servers are seen so.',
  server_is_gateway: 'It is the gateway of this network, which could divert everything as it is.',
  same_options: 'It hands out the same as {server}: a redundant server.',
  relayed: 'The offer came through a relay agent.',
  service_moved:
    'The router stays the same and {server} has not served since: as when the service moves, for instance to a filter of names such as Pi-hole.',
  refused_in_its_name: '{mac} refused a request in the name of {ip}, which has another MAC.',
  borrowed_identifier: '{mac} uses the server identifier {ip} of {holder_mac}, and both serve.',
  other_server_checks:
    '{known_server} checked whether an address is free the moment a client asked for one, as only a DHCP server does, but {server} answered first.',
  other_router: 'It names the router {router_ips}[, not {known_router_ips}].',
  router_is_itself: 'The router that it names is itself, {ip}.',
  other_dns: 'It names the DNS servers {dns_ips}[, not {known_dns_ips}].',
  other_routes:
    'It adds routes that the known server does not have: {routes} (option 121 or 249, RFC 3442; clients that obey them ignore the router).',
  names_proxy: 'It has browsers load a proxy script, {proxy_script} (option 252).',
  advice_rogue_dhcp:
    'If you did not set up this DHCP server, disconnect it and renew the leases of the devices that it answered: they may send their traffic or name look-ups to it.',
  expected_no_proxy_script: 'Only the DHCP server of the network says where proxy scripts are.',
  seen_proxy_script:
    '{ip} ({mac}) answered a question for configuration with the proxy script {proxy_script}.',
  proxy_without_lease:
    '{ip} ({mac}) hands out no addresses, but the proxy script {proxy_script} (option 252): whoever gives it reads what browsers load.',
  proxy_offered: 'It has browsers load the proxy script {proxy_script} (option 252), and did not before.',
  server_of_the_lan: '{server} is the DHCP server of this network, and networks of companies do this.',
  advice_proxy_offered:
    'If you did not set this up, look at the configuration of the DHCP server: whoever gives the script reads what browsers load.',
  advice_proxy_script:
    'Find this device, and have the browsers of the devices that it answered not look for a proxy by themselves (WPAD).',
  expected_no_dhcpv6_server: 'Addresses and DNS servers as the router announces them.',
  expected_dhcpv6_server: 'DHCPv6 server {server}[ at {macs}], networks {networks}, DNS {dns_ips}.',
  expected_dhcpv6_server_unheard: 'DHCPv6 server {server}[ at {macs}].',
  seen_dhcpv6_server: 'DHCPv6 server {server}[ at {macs}], networks {networks}, DNS {dns_ips}.',
  seen_dhcpv6_server_unheard: 'DHCPv6 server {server}[ at {macs}], known by what clients say.',
  useless_lease:
    'It leases {ip}, with which nobody gets anywhere (hosts make link-local addresses themselves, RFC 4862 section 5.3): spoofers do that, who only want to be asked for names.',
  not_announced:
    'The router tells hosts that there is no DHCPv6 server here (flags M and O, RFC 4861 section 4.2).',
  other_network: 'It leases addresses of {networks}[, not of {known_networks}].',
  puts_itself_first:
    'It has clients take its offer at once (preference {preference}, RFC 8415 section 18.2.1).',
  advice_rogue_dhcpv6:
    'If you did not set up this DHCPv6 server, disconnect it: devices send their name look-ups to the DNS servers that it names. Switches can drop its messages (DHCPv6 shield, RFC 7610).',
  expected_no_ipv6_router: 'No IPv6 router.',
  expected_default_router:
    '{ip} ({mac}) is a default router, preference {preference}, prefixes {prefixes}, DNS {dns_ips}.',
  expected_router_without_route: '{ip} ({mac}) is no default router, prefixes {prefixes}, DNS {dns_ips}.',
  seen_default_router:
    '{ip} ({mac}) is a default router, preference {preference}, prefixes {prefixes}, DNS {dns_ips}.',
  seen_router_without_route: '{ip} ({mac}) is no default router, prefixes {prefixes}, DNS {dns_ips}.',
  router_appeared: '{ip} ({mac}) announces itself.',
  no_default_router:
    'It does not offer itself as a default router, as gateways of home automation networks do.',
  only_router: 'No other IPv6 router was here.',
  same_content: 'It announces nothing that the known router does not.',
  high_preference: 'It has set its preference to high, which puts it before other routers (RFC 4191).',
  dns_without_routing: 'It does not route, but wants to be asked for names: {dns_ips}.',
  wide_route: 'It claims the way to {routes}.',
  not_the_gateway: 'The gateway of this network for IPv4 is {gateway_mac}, not {mac}.',
  too_often: 'It announces itself more often than every {interval_ms}, which RFC 4861 section 6.2.6 forbids.',
  only_sends_to_dhcpv6: 'It routes nothing, but has hosts look for a DHCPv6 server (flag M).',
  other_prefix: 'It announces {prefixes}, which no other router does.',
  host_asked_dhcp: '{mac} asked for an address by DHCP before, as routers do not.',
  host_solicited_routers: '{mac} looked for a router before, as routers do not.',
  host_advertised_itself: '{mac} advertised itself as a host before, as routers do not.',
  router_revoked: '{mac} says in the name of {holder_mac} that {ip} is no router any more.',
  contradicting_advertisements:
    '{ip} changed twice there and back within {window_ms} whether it is a default router, or with which preference.',
  expected_whole_advertisements: 'Router advertisements in one piece.',
  seen_hidden_advertisement: '{ip} ({mac}) announces itself as a router in a fragmented packet.',
  hidden_in_fragments:
    'Neighbor discovery is never fragmented (RFC 6980): this is how an advertisement is hidden from RA guard (RFC 7113).',
  expected_few_routers: 'A few routers with a few prefixes.',
  seen_many_routers: '{count} different routers announced themselves within {window_ms}.',
  many_routers: '{count} different routers announced themselves within {window_ms}.',
  seen_many_prefixes: '{count} different prefixes were announced within {window_ms}.',
  many_prefixes: '{count} different prefixes were announced within {window_ms}.',
  advice_ra_flood:
    'Hosts spend all their time on such messages. Find the port that they come from; switches can drop them (RA guard).',
  advice_rogue_ra:
    'Find this device and stop it: it makes hosts send their IPv6 traffic or name look-ups to it. Switches can drop such messages (RA guard).',
  advice_new_router: 'If you did not add a router, find out what this device is.',
  expected_group_member:
    'The members that are known take turns: {known_ip} is active with priority {known_priority}.',
  seen_group_outbid:
    '{ip} ({mac}), new in the {protocol} group {group}, outbids {known_ip} with priority {priority} against {known_priority}.',
  group_outbid:
    '{ip} ({mac}), new in the {protocol} group {group}, outbids {known_ip} with priority {priority} against {known_priority} while that one is there.',
  never_a_member: '{mac} was on this network before, and never took part in the group.',
  pinned_elsewhere: '{ip} is pinned to {holder_mac}.',
  advice_fhrp_hijack:
    'If you did not add a router, find this device: all traffic of the network may pass through it. Give the group a password or drop its messages at the ports of hosts, and pin the members.',
  expected_own_release: 'A device gives back its own address only.',
  seen_foreign_release: '{mac} gave back {ip}, the address of {affected_mac}.',
  foreign_release: '{mac} gave back {ip}, which {affected_mac} holds.',
  holder_goes_on: '{mac} goes on using {ip}: it did not give it back.',
  advice_release_spoof:
    'Find this device: the server may now hand out addresses that are in use. Turn on DHCP snooping on the switch.',
} satisfies Catalogue
