/**
 * The list of detectors, in the order in which they see a packet. Each is one
 * file with one `createXDetector()`.
 */

import { createClueDetector } from '../clues/clues.js'
import { createArpStormDetector } from '../floods/arp-storm.js'
import { createDadDosDetector } from '../floods/dad-dos.js'
import { createDhcpStarvationDetector } from '../floods/dhcp-starvation.js'
import { createMacFloodDetector } from '../floods/mac-flood.js'
import { createMalformedDetector } from '../hosts/malformed.js'
import { createDnsSpoofDetector } from '../names/dns-spoof.js'
import { createHelloNameDetector } from '../names/hello-names.js'
import { createNameSpoofDetector } from '../names/name-spoof.js'
import { createNameDetector } from '../names/names.js'
import { createArpScanDetector } from '../scans/arp-scan.js'
import { createDecoyDetector } from '../scans/decoy-touched.js'
import { createHostSweepDetector } from '../scans/host-sweep.js'
import { createPortScanDetector } from '../scans/port-scan.js'
import { createDhcpReleaseDetector } from '../servers/dhcp-release.js'
import { createDhcpServerDetector } from '../servers/dhcp-servers.js'
import { createDhcpv6ServerDetector } from '../servers/dhcpv6-servers.js'
import { createFhrpHijackDetector } from '../servers/fhrp-hijack.js'
import { createIcmpRedirectDetector } from '../servers/icmp-redirect.js'
import { createRouterDetector } from '../servers/routers.js'
import { createPortStealDetector } from '../switching/port-steal.js'
import { createStpRootDetector } from '../switching/stp-root.js'
import type { Detector } from './detector.js'

export function createDetectors(): Detector[] {
  return [
    createArpScanDetector(),
    createArpStormDetector(),
    createClueDetector(),
    createDadDosDetector(),
    createDecoyDetector(),
    createDhcpReleaseDetector(),
    createDhcpServerDetector(),
    createDhcpv6ServerDetector(),
    createDhcpStarvationDetector(),
    createFhrpHijackDetector(),
    createHelloNameDetector(),
    createHostSweepDetector(),
    createIcmpRedirectDetector(),
    createMacFloodDetector(),
    createMalformedDetector(),
    createNameDetector(),
    createNameSpoofDetector(),
    createDnsSpoofDetector(),
    createPortScanDetector(),
    createPortStealDetector(),
    createRouterDetector(),
    createStpRootDetector(),
  ]
}
