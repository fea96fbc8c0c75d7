/**
 * Who says what something is called. What a device says of itself comes before what others say of its address; the
 * names by which clients ask for a server are none of a device.
 */

export const DEVICE_NAME_SOURCES = ['dhcp', 'mdns', 'nbns', 'lldp', 'cdp', 'dns'] as const
export const NAME_SOURCES = [...DEVICE_NAME_SOURCES, 'tls', 'quic'] as const
export type NameSource = (typeof NAME_SOURCES)[number]
