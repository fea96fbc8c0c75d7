/** What a station says of itself by LLDP, CDP, SSDP, to the browser of a workgroup, or by a maker's own broadcast. */

import type { Beacon } from '../../wire/beacons.js'
import type { BrowserAnnouncement } from '../../wire/browser-announcement.js'
import type { Cdp } from '../../wire/cdp.js'
import type { Lldp } from '../../wire/lldp.js'
import type { Announcement } from '../../wire/packet.js'
import type { Ssdp } from '../../wire/ssdp.js'
import type { Clues } from './clue.js'

export function lldpClues(lldp: Lldp): Clues {
  const { systemName, systemDescription, capabilities, portId, portDescription, manufacturer, model } = lldp
  return [
    ['lldp_name', systemName],
    ['lldp_description', systemDescription],
    ['lldp_capabilities', capabilities.join(' ')],
    ['lldp_port', portDescription || portId],
    ['lldp_model', [manufacturer, model].filter(Boolean).join(' ')],
  ]
}

export function cdpClues({ deviceId, platform, version, capabilities, portId }: Cdp): Clues {
  return [
    ['cdp_name', deviceId],
    ['cdp_platform', platform],
    ['cdp_version', version],
    ['cdp_capabilities', capabilities.join(' ')],
    ['cdp_port', portId],
  ]
}

export function announcedClues(announcement: Announcement): Clues {
  switch (announcement.protocol) {
    case 'ssdp':
      return ssdpClues(announcement.ssdp)
    case 'browser':
      return browserClues(announcement.browser)
    case 'beacon':
      return beaconClues(announcement.beacon)
  }
}

function ssdpClues({ kind, target, usn, server, userAgent, others }: Ssdp): Clues {
  if (kind === 'search') {
    return [
      ['ssdp_asked', target],
      ['ssdp_agent', userAgent],
    ]
  }
  return [
    // A unique name as the target is in the USN, too.
    ['ssdp_type', target.startsWith('uuid:') ? '' : target],
    ['ssdp_usn', usn],
    ['ssdp_server', server],
    ...others.map((line) => ['ssdp_other', line] as const),
  ]
}

function browserClues({ types, osVersion, comment }: BrowserAnnouncement): Clues {
  return [
    ['smb_type', types.join(' ')],
    ['smb_version', osVersion],
    ['smb_comment', comment],
  ]
}

function beaconClues({ protocol, facts }: Beacon): Clues {
  return [['beacon', protocol], ...facts.map((fact) => ['beacon', `${protocol} ${fact}`] as const)]
}
