/**
 * Incidents, each in one sentence: `incident_` and the kind of its most severe alert; and what else is told outside
 * the page. Any of the parties may be unknown, and so may the address where many alerts have become one.
 */

import type { Catalogue } from '../sentence.js'

export const incidents = {
  incident_arp_spoof:
    '{suspect|Somebody} claims {address|many addresses}[, which belongs to {holder}][; deceived: {affected}].',
  incident_gateway_spoof:
    '{suspect|Somebody} claims {address|many addresses} and thereby the place of the router[ {holder}][; deceived: {affected}].',
  incident_gateway_mac_changed:
    'The router’s address[ {address}] is now at {suspect|another device}[; before: {holder}].',
  incident_mac_changed: '{address|An address} is now at {suspect|another device}[; before: {holder}].',
  incident_ip_conflict: '{holder|A device} and {suspect|another one} use the same address[, {address}].',
  incident_conflict_avoided:
    '{holder|A device} and {suspect|somebody else} would have had the same address[, {address}].',
  incident_flip_flop:
    '{address|An address} changes back and forth between {holder|one device} and {suspect|another one}.',
  incident_arp_scan: '{suspect|Somebody} asked for a large part of the addresses of this network.',
  incident_host_sweep: '{suspect|Somebody} tried many hosts to see who answers[, among them {affected}].',
  incident_port_scan: '{suspect|Somebody} tried many ports of {affected|several devices}.',
  incident_arp_storm: '{suspect|Somebody} sends far more ARP messages than normal operation needs.',
  incident_mac_flood: 'The switch is flooded with invented hardware addresses.',
  incident_port_steal:
    '{suspect|Somebody} sends frames under the hardware address of {affected|other devices}.',
  incident_rogue_dhcp:
    '{suspect|Somebody} hands out addresses as a second DHCP server[; concerned: {affected}].',
  incident_dhcp_starvation: 'The addresses of the DHCP server are being used up.',
  incident_rogue_ra: '{suspect|Somebody} announces itself as an IPv6 router and is not known as one.',
  incident_new_router: '{suspect|A device} is a further IPv6 router.',
  incident_ra_flood: 'Many invented IPv6 routers are announced at once.',
  incident_ndp_spoof:
    '{suspect|Somebody} claims {address|many addresses}[, which belongs to {holder}][; deceived: {affected}].',
  incident_dad_dos: 'Somebody keeps devices from getting IPv6 addresses[; concerned: {affected}].',
  incident_icmp_redirect:
    '{suspect|Somebody} tells {affected|a device} to use another route[, in the name of {holder}].',
  incident_stp_root_change: '{suspect|Another switch} has become the root of the switched network.',
  incident_malformed_arp: '{suspect|Somebody} sends ARP messages that contradict themselves.',
  incident_malformed_nd: '{suspect|Somebody} sends IPv6 neighbour messages that contradict themselves.',
  incident_eth_arp_mismatch: '{suspect|Somebody} sends ARP messages that name another sender inside.',
  incident_new_device: 'New device[: {suspect}].',
  incident_fhrp_failover:
    '{suspect|A router} took over the shared address[ {address}] of a group of routers.',
  incident_multi_homed: '{holder|A device} and {suspect|another one} are one machine with two network cards.',
  incident_answers_for_all:
    '{suspect|Somebody} answers nearly every question for an address, whoever has it.',
  incident_forwarding_host: '{suspect|Somebody} passes on packets of others and is not known as a router.',
  incident_name_spoof: '{suspect|Somebody} answers for names that are not its own[; deceived: {affected}].',
  incident_dns_spoof: '{suspect|Somebody} may be forging answers of the name server[ {address}].',
  incident_fhrp_hijack:
    '{suspect|Somebody} took over {address|an address} from a group of routers without being a member.',
  incident_dhcp_release_spoof: '{suspect|Somebody} gave back an address in the name of {affected|another}.',
  incident_wpad_offered: '{suspect|Somebody} tells others which web proxy to use.',
  incident_decoy_touched: '{suspect|Somebody} tried the decoy[ {address}].',
  incident_watch_stopped: 'Watching was stopped or changed by somebody.',
  incident_drill:
    'Fire drill: {suspect|somebody} pretended to claim {address|an address}. Nothing happened on the network.',
  notify_title_info: 'NetWatcher: note',
  notify_title_warning: 'NetWatcher: warning',
  notify_title_critical: 'NetWatcher: critical',
  notify_title_drill: 'NetWatcher: fire drill',
  notify_incident_ended: 'It is over: {sentence}',
  notify_incident_reminder: 'Still going on: {sentence}',
  notify_device_new: 'A device that was not seen before: {device}.',
  notify_device_gone: '{device} is gone.',
  notify_device_back: '{device} is back.',
  notify_sensor_lost: '{sensor} does not watch any more.',
  notify_sensor_back: '{sensor} watches again.',
  notify_gateway_silent: 'The internet cannot be reached: the gateway {ip} does not answer ({interface}).',
  notify_beyond_silent:
    'The internet cannot be reached: the gateway {ip} answers, nothing beyond it does ({interface}).',
  notify_internet_back: 'The internet can be reached again, after {outage_ms} ({interface}).',
  advice_gateway_silent: 'Look at the router, and at what leads to it: cable, switch, Wi-Fi.',
  advice_beyond_silent:
    "Look at the router's line to the provider; if that is sound, the fault is the provider's.",
  notify_gap: 'For a while not everything was recorded.',
  notify_test: 'This is a test of the channel {channel}. If you can read it, it works.',
  notify_more: '{count} messages at once:',
  notify_and_more: 'and {count} more',
  drill_no_alert: 'The sensor reported nothing: see on the status page whether it watches.',
  drill_no_channel: 'No channel is on: set one up, or switch one on.',
  drill_not_accepted: 'It was not accepted: {cause}',
  notify_dropped: '{count} messages could not be kept and were dropped.',
} satisfies Catalogue
