/** MAC addresses that the members of one cluster share: known schemes, and no fault. */

/** Windows network load balancing: 02-bf and the address, 03-bf likewise for all, 01-00-5e-7f with IGMP. */
const LOAD_BALANCER = /^(0[23]:bf|01:00:5e:7f):/
/** In unicast mode each member sends from 02 and its number, so that no switch learns the shared one. */
const LOAD_BALANCER_MEMBER = /^02:(0[1-9a-f]|1[0-9a-f]|20):/

export function isClusterMac(mac: string): boolean {
  return LOAD_BALANCER.test(mac)
}

/** Whether a member of that cluster sends from this MAC: both end in the shared address. */
export function isClusterMember(mac: string, clusterMac: string): boolean {
  const isUnicast = clusterMac.startsWith('02:bf:') && LOAD_BALANCER_MEMBER.test(mac)
  return isUnicast && mac.slice(6) === clusterMac.slice(6)
}
