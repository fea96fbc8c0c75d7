/** Addresses of private networks, known by their text because this is asked for every connection attempt. */

const PRIVATE_IPV4 =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/

/** RFC 1918, the shared space of RFC 6598, and unique local addresses (RFC 4193). `ip` is canonical. */
export function isPrivateIp(ip: string): boolean {
  return ip.includes(':') ? /^f[cd]..:/.test(ip) : PRIVATE_IPV4.test(ip)
}
