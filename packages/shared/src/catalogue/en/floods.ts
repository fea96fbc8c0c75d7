/** Too much of something: ARP storms, MAC floods, DHCP starvation, denied addresses. */

import type { Catalogue } from '../sentence.js'

export const floods = {
  expected_arp_rate: 'Two announcements of an address, and one request per second (RFC 5227, RFC 1122).',
  seen_announcements: '{mac} announced {ip} {count} times in {window_ms}.',
  seen_equal_messages: '{mac} sent {count} equal ARP messages about {ip} in {window_ms}.',
  repeated_message: 'The same message came {count} times in {window_ms}.',
  advice_arp_storm: 'Look for a switching loop or a faulty device; unplug it and see whether the storm ends.',
  expected_lasting_addresses: 'Devices come and go one by one, and speak more than once.',
  seen_single_use_addresses:
    '{count} new source addresses within {window_ms}, each in a single frame; the last went to {destination_mac}.',
  single_use_addresses: '{count} addresses sent one frame each.',
  random_prefixes: 'There are {prefixes} different manufacturer prefixes among them.',
  advice_mac_flood:
    'Somebody may be filling the address table of the switch to listen in. Find the port that all of them come from and limit the number of addresses per port.',
  expected_unused_address: 'Nobody has {ip}: it was never seen in use.',
  seen_address_denied: '{mac} told {affected_mac} that {ip} is taken.',
  tentative_address_denied: '{mac} claimed {ip} while {affected_mac} was checking whether it is free.',
  several_addresses_denied: '{count} wanted addresses were denied; real duplicates come singly.',
  made_from_own_mac: '{ip} is made from the MAC of the host that wants it, {mac}.',
  random_interface_id: '{ip} ends in 64 random bits: nobody else has it by chance.',
  advice_dad_dos:
    'A station keeps others from getting IPv6 addresses. Find its port; the MAC that it shows may be invented.',
  expected_one_lease_each: 'Devices ask for one address each and then use it.',
  seen_clients_only_speak_dhcp:
    '{count} clients asked for an address within {window_ms} and sent nothing else.',
  clients_only_speak_dhcp: '{count} clients asked for an address within {window_ms} and sent nothing else.',
  seen_offers_declined: '{count} offered addresses were declined within {window_ms}.',
  offers_declined: '{count} offered addresses were declined within {window_ms}.',
  seen_many_identities: '{mac} asked under {count} identities within {window_ms}.',
  many_identities: '{mac} asked under {count} identities within {window_ms}.',
  seen_many_tries: '{mac} began {count} requests for an address within {window_ms}.',
  many_tries: '{mac} began {count} requests for an address within {window_ms}.',
  borrowed_source: '{count} of them asked in frames of another station, the last of {mac}.',
  advice_dhcp_starvation:
    'The DHCP server may soon have no addresses left, or have been asked to. Find the port that these requests come from; limit the number of addresses per port.',
} satisfies Catalogue
