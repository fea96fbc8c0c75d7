/** Why two MACs are probably one device. */
export const sameDevice = {
  same_client_id: 'Both call themselves {name} when they ask for an address (DHCP client identifier).',
  same_service: 'Both announce the service {name}.',
  same_name: 'Both are called {name}.',
  same_options: 'Both ask the DHCP server for the same options in the same order.',
  took_over_address:
    'The later one got {ip}, the address of the earlier one, and no other device has its name.',
  handed_over: 'They were never there at the same time: the one came {gap_ms} after the other was last seen.',
}
