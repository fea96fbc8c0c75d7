/**
 * Where a clue to a device's nature stood. A sensor decodes it, cuts and cleans
 * it; rules weigh it. A clue is what somebody said, so it never proves anything.
 */

export const CLUE_SOURCES = [
  // DHCP (RFC 2132): host name, parameter request list, vendor class, client identifier.
  'dhcp_12',
  'dhcp_55',
  'dhcp_60',
  'dhcp_61',
  // mDNS and DNS-SD: service type, instance with its type, `_type._tcp key=value`, host information, types that are sought.
  'mdns_service',
  'mdns_instance',
  'mdns_txt',
  'mdns_hinfo',
  'mdns_asked',
  // SSDP: what it is, unique name, software, a maker's own lines; what it seeks, and with what program.
  'ssdp_type',
  'ssdp_usn',
  'ssdp_server',
  'ssdp_other',
  'ssdp_asked',
  'ssdp_agent',
  // NetBIOS: `NAME<20>` as registered; the announcement's kinds of server, version and comment.
  'nbns_name',
  'smb_type',
  'smb_version',
  'smb_comment',
  // LLDP and CDP; the port is the sender's own.
  'lldp_name',
  'lldp_description',
  'lldp_capabilities',
  'lldp_port',
  'lldp_model',
  'cdp_name',
  'cdp_platform',
  'cdp_version',
  'cdp_capabilities',
  'cdp_port',
  // Broadcasts of one maker's devices, `protocol key=value`.
  'beacon',
  // Names that it asked a DNS server for, and of servers that it said hello to.
  'dns_asked',
  'tls_name',
  'quic_name',
  // `tcp/631`: it accepted a connection there; it opened one there.
  'port_served',
  'port_used',
  // How IP packets leave it: the hop limit that they started with.
  'ip_ttl',
] as const

export type ClueSource = (typeof CLUE_SOURCES)[number]

/** Characters; longer values are cut. */
export const MAX_CLUE_LENGTH = 200
