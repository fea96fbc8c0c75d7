/** Every sentence in Indonesian. The compiler holds it against the English one. */

import type { en } from './en.js'
import { bindings } from './id/bindings.js'
import { firewall } from './id/firewall.js'
import { floods } from './id/floods.js'
import { hosts } from './id/hosts.js'
import { incidents } from './id/incidents.js'
import { names } from './id/names.js'
import { notes } from './id/notes.js'
import { presence } from './id/presence.js'
import { redirects } from './id/redirects.js'
import { requests } from './id/requests.js'
import { sameDevice } from './id/same-device.js'
import { scans } from './id/scans.js'
import { servers } from './id/servers.js'
import { status } from './id/status.js'
import { switching } from './id/switching.js'
import type { Units } from './sentence.js'

/** What a port scan found. */
const portScans = {
  port_scan_finished: 'nmap memeriksa {count} port TCP yang paling umum.',
  port_scan_open_ports: '{open} dari {count} port TCP yang paling umum terbuka.',
  port_scan_host_slow: 'Host menjawab terlalu lambat: nmap menyerah.',
}

/** What went wrong with the daemon itself. */
const notices = {
  state_not_written:
    'Sesuatu tidak dapat ditulis ke direktori status daemon ({why}). Sampai dapat ditulis lagi, peringatan dan catatan audit hanya disimpan di memori, dan pemblokiran atau ikatan tetap tidak diterima.',
  state_file_damaged: 'Berkas {file} rusak dan tidak dapat dipakai. Berkas itu disisihkan sebagai {path}.',
}

export const idUnits: Units = {
  none: 'tidak ada',
  millisecond: 'milidetik',
  second: 'detik',
  minute: 'menit',
  hour: 'jam',
  day: 'hari',
  decimalPoint: ',',
}

/** What active checks found, by method and result. */
const verifications = {
  unicast_who_has_answered: '{mac} ({ip}) menjawab ketika ditanya.',
  unicast_who_has_silent: '{mac} ({ip}) tidak menjawab, baik ditanya sendiri maupun bersama semua.',
  forwarding_probe_forwarded: '{mac} ({ip}) meneruskan paket yang bukan untuknya: ia penerus paket.',
  forwarding_probe_silent: '{mac} ({ip}) tidak meneruskan paket yang bukan untuknya.',
  name_probe_answered: '{mac} memberikan {ip} sebagai alamat nama yang direka oleh NetWatcher.',
  name_probe_silent: '{mac} ({ip}) tidak menjawab untuk nama yang direka oleh NetWatcher.',
}

export const id: Record<keyof typeof en, string> = {
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
}
