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
  expected_decoy_untouched:
    'Tidak ada perangkat yang memiliki {ip}, alamat itu umpan: tak seorang pun punya alasan menghubunginya.',
  seen_decoy_touched: '{ip} mencoba menghubungi umpan {decoy}: {how}.',
  touched_decoy:
    'Hanya penjelajahan jaringan yang menemukan {decoy}; alamat itu dicoba dengan {count} cara berbeda.',
  advice_decoy_touched:
    'Cari tahu siapa yang menjelajahi jaringan dari perangkat ini, atau apa yang menyebar darinya.',
  expected_decoy_unused: 'Tidak ada yang memakai {ip}, sehingga alamat itu dapat menjadi umpan.',
  seen_decoy_claimed: '{mac} mengaku memiliki {ip}: NetWatcher tidak lagi menjawab untuk alamat itu.',
  decoy_claimed: '{mac} mengatakan bahwa {ip} miliknya, atau bertanya apakah boleh memakainya.',
  advice_decoy_withdrawn:
    'Pilih alamat lain untuk umpan, di luar yang dibagikan server DHCP, lalu mulai ulang daemon.',
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
