/**
 * MAC addresses (EUI-48). Text form is six lower-case octets joined by colons,
 * the form that Linux tools print.
 */

const MAC_TEXT = /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$/i
const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

export const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff'
export const ZERO_MAC = '00:00:00:00:00:00'

/** Parses `aa:bb:cc:dd:ee:ff` or `AA-BB-…` to canonical text; null when it is not a MAC. */
export function parseMac(text: string): string | null {
  return MAC_TEXT.test(text) ? text.toLowerCase().replaceAll('-', ':') : null
}

/** Formats six bytes at `offset`. The caller has checked the length. */
export function formatMac(bytes: Uint8Array, offset = 0): string {
  let text = ''
  for (let i = 0; i < 6; i++) text += (i ? ':' : '') + HEX[bytes[offset + i] ?? 0]
  return text
}

/** Six bytes of a canonical MAC text. */
export function macBytes(mac: string): Uint8Array {
  return Uint8Array.from(mac.split(':'), (octet) => Number.parseInt(octet, 16))
}

/** Group bit (IEEE 802): broadcast and multicast. */
export function isGroupMac(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1
}

/** U/L bit (IEEE 802): set by randomised, virtual and software-made addresses. */
export function isLocallyAdministered(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 2) === 2
}
