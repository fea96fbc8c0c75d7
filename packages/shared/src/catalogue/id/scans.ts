/** Siapa yang menjelajahi jaringan: sapuan ARP, sapuan host, pemindaian port. */

import type { scans as english } from '../en/scans.js'

export const scans: Record<keyof typeof english, string> = {
  expected_few_neighbours: 'Sebuah host menanyakan beberapa tetangga yang memang diajaknya bicara.',
  seen_arp_scan: '{mac} menanyakan {count} alamat berbeda, yang terakhir {ip}.',
  many_unknown_targets: '{count} alamat berbeda ditanyakan oleh satu stasiun.',
  targets_exist: '{answered} dari {count} menjawab: begitulah cara kerja pemantau.',
  router: 'Router menanyakan setiap alamat yang dikirimi dari luar, dihuni atau tidak.',
  dhcp_ping_check: 'Server DHCP memeriksa alamat sebelum menawarkannya (RFC 2131 bagian 2.2).',
  advice_arp_scan:
    'Cari tahu apakah seseorang menjalankan pemindai jaringan di perangkat ini; sapuan ARP sering mendahului serangan.',
  allowed_scanner: 'Pemilik mengizinkan {who} memindai (allowed_scanners di netwatcherd.toml).',
  advice_allowed_scanner: 'Tidak perlu berbuat apa-apa bila pemindaian ini memang sedang dijadwalkan.',
  expected_known_correspondents: 'Sebuah host berbicara dengan host lain yang dikenalnya.',
  seen_host_sweep: '{ip} mencoba {count} host lewat {how}, {silent} belum menjawab.',
  many_silent_hosts: '{silent} dari {count} host yang dicoba {ip} lewat {how} belum menjawab.',
  from_outside: '{ip} tidak berada di LAN ini: internet dipindai sepanjang hari.',
  advice_host_sweep:
    'Cari tahu siapa yang menjalankan pemindai di perangkat ini, atau apa yang menyebar darinya.',
  expected_few_ports: 'Sebuah host memakai beberapa port tempat host lain menawarkan sesuatu.',
  seen_port_scan:
    '{ip} mencoba {refused} port {protocol} pada {target_ip} yang menolak, {open} yang menerima.',
  many_refused_ports: '{refused} port {protocol} pada {target_ip} menolak percobaan {ip}, {open} menerima.',
  advice_port_scan:
    'Cari tahu siapa yang menjalankan pemindai di perangkat ini, dan apa yang ditemukannya terbuka.',
  advice_scan_from_outside:
    'Pastikan firewall router hanya meloloskan layanan yang memang sengaja Anda sediakan.',
}
