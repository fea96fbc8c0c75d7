/** ICMP redirects. */

import type { Catalogue } from '../sentence.js'

export const redirects = {
  expected_redirects_of_gateway: 'Only the gateway tells hosts about other routers.',
  seen_redirect:
    '{mac} told {affected_ip} to send what is for {destination_ip|some addresses} to {next_hop_ip}, and gave {ip} as the sender.',
  redirect:
    '{mac} told {affected_ip} to send what is for {destination_ip|some addresses} to {next_hop_ip}, and gave {ip} as the sender.',
  borrowed_address: '{ip} belongs to {holder_mac}, but the frame came from {mac}.',
  to_a_host: '{ip} is no router: {mac} has shown itself as a host.',
  to_a_dhcp_host: '{ip} is no router: it is a host that has its address by DHCP.',
  from_gateway: '{ip} is a gateway of this LAN.',
  advice_redirect_of_gateway:
    'The gateway knows a better way for this destination; add a route if it happens often.',
  advice_redirect:
    'This device forwards traffic of others. If it is not a router, find out why; turn off accepting redirects.',
} satisfies Catalogue
