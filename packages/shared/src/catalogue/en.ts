/** Every sentence in English. See `sentence.ts` for the places. */

import { bindings } from './en/bindings.js'
import { firewall } from './en/firewall.js'
import { floods } from './en/floods.js'
import { hosts } from './en/hosts.js'
import { incidents } from './en/incidents.js'
import { names } from './en/names.js'
import { notes } from './en/notes.js'
import { presence } from './en/presence.js'
import { redirects } from './en/redirects.js'
import { requests } from './en/requests.js'
import { sameDevice } from './en/same-device.js'
import { scans } from './en/scans.js'
import { servers } from './en/servers.js'
import { status } from './en/status.js'
import { switching } from './en/switching.js'
import type { Catalogue, Units } from './sentence.js'

export const enUnits: Units = {
  none: 'none',
  millisecond: 'ms',
  second: 's',
  minute: 'min',
  hour: 'h',
  day: 'd',
  decimalPoint: '.',
}

/** What active checks found, by method and result. */
const verifications = {
  unicast_who_has_answered: '{mac} ({ip}) answered when it was asked.',
  unicast_who_has_silent: '{mac} ({ip}) did not answer, asked alone and then with all.',
  forwarding_probe_forwarded: '{mac} ({ip}) sent a packet on that was not for it: it forwards.',
  forwarding_probe_silent: '{mac} ({ip}) did not send on a packet that was not for it.',
  name_probe_answered: '{mac} gave {ip} as the address of a name that NetWatcher had made up.',
  name_probe_silent: '{mac} ({ip}) did not answer for a name that NetWatcher had made up.',
}

/** What a port scan found. */
const portScans = {
  port_scan_finished: 'nmap looked at the {count} most common TCP ports.',
  port_scan_open_ports: '{open} of the {count} most common TCP ports are open.',
  port_scan_host_slow: 'The host answered too slowly: nmap gave up on it.',
}

/** What went wrong with the daemon itself. */
const notices = {
  state_not_written:
    'Something could not be written to the state directory of the daemon ({why}). Until it can be, alerts and the audit are kept in memory only, and no block or pin is accepted.',
  state_file_damaged: 'The file {file} was damaged and could not be used. It was set aside as {path}.',
}

export const en = {
  ...status,
  ...firewall,
  ...verifications,
  ...bindings,
  ...floods,
  ...hosts,
  ...incidents,
  ...names,
  ...notes,
  ...presence,
  ...redirects,
  ...requests,
  ...sameDevice,
  ...scans,
  ...servers,
  ...switching,
  ...portScans,
  ...notices,
} satisfies Catalogue
