/**
 * The list of detectors, in the order in which they see a packet. Each is one
 * file with one `createXDetector()`.
 */

import { createArpScanDetector } from './arp-scan.js'
import { createArpStormDetector } from './arp-storm.js'
import { createDadDosDetector } from './dad-dos.js'
import type { Detector } from './detector.js'
import { createDhcpServerDetector } from './dhcp-servers.js'
import { createDhcpStarvationDetector } from './dhcp-starvation.js'
import { createDhcpv6ServerDetector } from './dhcpv6-servers.js'
import { createHostSweepDetector } from './host-sweep.js'
import { createIcmpRedirectDetector } from './icmp-redirect.js'
import { createMacFloodDetector } from './mac-flood.js'
import { createMalformedDetector } from './malformed.js'
import { createNameDetector } from './names.js'
import { createPortScanDetector } from './port-scan.js'
import { createPortStealDetector } from './port-steal.js'
import { createRouterDetector } from './routers.js'
import { createStpRootDetector } from './stp-root.js'

export function createDetectors(): Detector[] {
  return [
    createArpScanDetector(),
    createArpStormDetector(),
    createDadDosDetector(),
    createDhcpServerDetector(),
    createDhcpv6ServerDetector(),
    createDhcpStarvationDetector(),
    createHostSweepDetector(),
    createIcmpRedirectDetector(),
    createMacFloodDetector(),
    createMalformedDetector(),
    createNameDetector(),
    createPortScanDetector(),
    createPortStealDetector(),
    createRouterDetector(),
    createStpRootDetector(),
  ]
}
