/** Who answers for names: LLMNR, NetBIOS, mDNS and DNS. */

import type { Catalogue } from '../sentence.js'

export const names = {
  expected_own_names_only: 'A host answers for its own names only (RFC 4795, RFC 6762).',
  seen_name_spoof:
    '{mac} gave {ip} as the address of {count} names that others asked for: {names} ({protocols}).',
  names_of_others:
    '{mac} gave one address, {ip}, to {count} different names that it had never called itself.',
  wpad_by_name:
    '{mac} says that it is wpad: programs that look for a proxy by that name send it what they fetch.',
  invented_name_answered:
    '{mac} gave an address to a name that was made up to find out: nobody can have that name.',
  name_relayed: '{mac} is a router and may have passed on what {ip} answered.',
  aliases_by_mdns: 'Servers publish several names for themselves by mDNS.',
  advice_name_spoof:
    'Find this device and take it off the network. Switch off LLMNR and NetBIOS names on Windows computers, and change passwords that were used on those who asked.',
  expected_one_dns_answer: '{ip} answers a question that was asked once with one answer.',
  seen_dns_spoof: 'One question for {name} had two answers in the name of {ip}: {first}, and {second}.',
  two_dns_answers: 'Asked once for {name}, {ip} seemed to answer twice: {first}, then {second}.',
  seen_unasked_dns_answers: '{mac} sent {count} answers in the name of {ip} that nobody had asked for.',
  unasked_dns_answers: '{count} answers in the name of {ip} came from {mac} without a question.',
  dns_answer_from_elsewhere: 'It came from {mac}, while {to_mac} is the one that is asked.',
  dns_hop_limits_differ:
    'The answers in the name of {ip} came with different hop limits, {first} and {second}: from different places.',
  advice_dns_spoof:
    'Find this device and take it off the network. What was opened since then may have been a forged site; change the passwords that were typed there.',
  advice_dns_spoof_beyond:
    'The forgery comes from beyond the router, at the provider or further on. Use a resolver over TLS or HTTPS.',
} satisfies Catalogue
