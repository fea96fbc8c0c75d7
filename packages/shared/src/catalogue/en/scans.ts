/** Who searches the network: ARP sweeps, host sweeps, port scans. */

import type { Catalogue } from '../sentence.js'

export const scans = {
  expected_few_neighbours: 'A host asks for the few neighbours that it talks to.',
  seen_arp_scan: '{mac} asked for {count} different addresses, the last one {ip}.',
  many_unknown_targets: '{count} different addresses were asked for by one station.',
  targets_exist: '{answered} of {count} answered: this is how a monitor works.',
  router: 'A router asks for every address that somebody outside sends to, inhabited or not.',
  dhcp_ping_check: 'A DHCP server checks addresses before it offers them (RFC 2131 section 2.2).',
  advice_arp_scan:
    'Find out whether somebody runs a network scanner on this device; an ARP sweep often comes before an attack.',
  allowed_scanner: 'The owner allows {who} to scan (allowed_scanners in netwatcherd.toml).',
  advice_allowed_scanner: 'Nothing needs to be done if this scan was meant to run now.',
  expected_decoy_untouched: 'No device has {ip}, it is a decoy: nobody has a reason to connect to it.',
  seen_decoy_touched: '{ip} tried to connect to the decoy {decoy}: {how}.',
  touched_decoy: 'Only a search of the network leads to {decoy}; it was tried in {count} different ways.',
  advice_decoy_touched: 'Find out who searches the network from this device, or what spreads from it.',
  expected_decoy_unused: 'Nobody uses {ip}, so that it can be a decoy.',
  seen_decoy_claimed: '{mac} claims {ip}: NetWatcher does not answer for it any more.',
  decoy_claimed: '{mac} said that {ip} is its own, or asked whether it may have it.',
  advice_decoy_withdrawn:
    'Choose another address for the decoy, outside of what the DHCP server hands out, and restart the daemon.',
  expected_known_correspondents: 'A host talks to others that it knows.',
  seen_host_sweep: '{ip} tried {count} hosts by {how}, {silent} have not answered.',
  many_silent_hosts: '{silent} of {count} hosts that {ip} tried by {how} have not answered.',
  from_outside: '{ip} is not on this LAN: the internet is scanned all day.',
  advice_host_sweep: 'Find out who runs a scanner on this device, or what spreads from it.',
  expected_few_ports: 'A host uses the few ports on which another offers something.',
  seen_port_scan:
    '{ip} tried {refused} {protocol} ports of {target_ip} that did not accept, {open} that did.',
  many_refused_ports: '{refused} {protocol} ports of {target_ip} did not accept what {ip} tried, {open} did.',
  advice_port_scan: 'Find out who runs a scanner on this device, and what it found open.',
  advice_scan_from_outside: 'See that the firewall of the router lets in only what you offer on purpose.',
} satisfies Catalogue
