/** What the firewall says: why something is not blocked, what to know before, and what became of it. Indonesian. */

export const firewall = {
  as_written: '{text}',
  firewall_disabled: 'Firewall dimatikan dalam konfigurasi netwatcherd (firewall.enabled).',
  firewall_stopped: 'Daemon tidak berjalan.',
  firewall_unusable: 'Firewall tidak dapat dipakai: {text}',
  firewall_switched_off: 'Firewall dimatikan.',
  blocks_damaged: 'Berkas blokir rusak dan disisihkan: {text}',
  rules_restored: 'Aturan telah diubah pihak lain dan dipulihkan.',
  block_to_confirm: 'Harus dikonfirmasi dalam {confirm_ms}.',
  block_lasts: 'Selama {lifetime_ms}.',
  block_unconfirmed_at_end: 'Tidak dikonfirmasi sebelum daemon berakhir.',
  block_ended_while_stopped: 'Berakhir selagi daemon tidak berjalan.',
  block_not_checked: 'Apa yang tidak boleh diblokir tidak dapat dibaca, maka blokir ini tidak berlaku.',
  guard_own_address: '{target}: {ip} adalah alamat mesin ini sendiri, yang tidak pernah diblokir.',
  guard_router: '{target}: {ip} adalah router mesin ini, yang tidak pernah diblokir.',
  guard_dns_server: '{target}: {ip} adalah server DNS yang dipakai, yang tidak pernah diblokir.',
  guard_dhcp_server: '{target}: {ip} adalah server DHCP mesin ini, yang tidak pernah diblokir.',
  guard_ssh_peer: '{target}: {ip} adalah ujung lain dari sesi SSH, yang tidak pernah diblokir.',
  guard_broadcast: '{target}: {ip} adalah alamat broadcast subnet, yang tidak pernah diblokir.',
  guard_own_mac: '{target} adalah mesin ini sendiri, yang tidak pernah diblokir.',
  guard_mac_own_address: '{target} pernah terlihat untuk {ip}, alamat mesin ini sendiri: tidak diblokir.',
  guard_mac_router: '{target} pernah terlihat untuk {ip}, router mesin ini: tidak diblokir.',
  guard_mac_dns_server: '{target} pernah terlihat untuk {ip}, server DNS yang dipakai: tidak diblokir.',
  guard_mac_dhcp_server: '{target} pernah terlihat untuk {ip}, server DHCP mesin ini: tidak diblokir.',
  guard_mac_ssh_peer: '{target} pernah terlihat untuk {ip}, ujung lain dari sesi SSH: tidak diblokir.',
  guard_mac_broadcast: '{target} pernah terlihat untuk {ip}, alamat broadcast subnet: tidak diblokir.',
  guard_router_unknown:
    'Belum ada yang memberi tahu MAC milik {ips}, router mesin ini, maka tidak ada MAC yang diblokir: coba lagi sebentar lagi.',
  guard_overridden:
    '{mac} pernah terlihat untuk {ip}, yang dibutuhkan mesin ini. Penjaganya dikesampingkan dengan menyebut MAC itu.',
  binding_disputed:
    'Saat ini {ip}, yang dibutuhkan mesin ini, diklaim oleh {macs}. Mana yang asli belum pasti: lihat peringatan sebelum memblokir salah satunya.',
  resolver_local:
    'Pertanyaan DNS mesin ini menuju resolver di mesin ini sendiri ({ips}). Siapa yang ditanyainya tidak diketahui di sini, dan tidak dijaga.',
  block_scope_forwarding:
    'Memutus internet {targets} serta hubungannya dengan mesin ini: jalan keluarnya melewati mesin ini. Perangkat pada switch yang sama masih saling terhubung langsung.',
  block_scope_own:
    'Hanya memutus hubungan mesin ini dengan {targets}. Mesin ini bukan gateway: yang diblokir tetap punya internet dan masih mencapai perangkat lain.',
  block_scope_aside:
    'Memutus hubungan mesin ini dengan {targets}, serta yang diteruskannya untuk mereka. Sejauh terlihat mesin ini bukan gateway mereka: yang diblokir tetap punya internet dan masih mencapai perangkat lain.',
  policy_standing:
    'Ini kembali dengan sendirinya, dan berakhir {lifetime_ms} setelah Anda konfirmasi. Sampai saat itu dapat diakhiri kapan saja di halaman ini.',
  policy_switched_off: 'Kebijakan tetap jenis ini dimatikan.',
  schedule_clock:
    'Jamnya mengikuti jam mesin daemon. Apa yang tidak boleh diblokir diperiksa lagi pada setiap awal.',
  slot_not_checked: 'Jamnya sudah mulai; berlaku setelah apa yang tidak boleh diblokir diperiksa.',
  schedule_lifted: 'Dicabut selama {lift_ms}.',
  quarantine_scope:
    'Memutus internet semua di {interfaces} kecuali {count} perangkat yang diizinkan. Mesin ini, DNS dan DHCP-nya tetap terjangkau, dan perangkat pada switch yang sama masih saling mencapai.',
  quarantine_macs:
    'Yang diizinkan dikenali dari MAC: perangkat yang memakai MAC yang diizinkan akan lolos, dan yang berganti MAC menunggu lagi.',
  quarantine_dns: 'Yang menunggu dapat bertanya ke server DNS, sehingga sedikit data dapat keluar.',
  quarantine_admitted: '{mac} diizinkan.',
  guard_not_gateway:
    'Mesin ini bukan gateway untuk {interface}, maka karantina tidak akan menahan siapa pun.',
  block_mac_inbound:
    'Yang datang dari MAC yang diblokir dibuang, apa pun alamatnya; paket ke perangkat itu tetap dikirim.',
  block_mac_local: 'MAC hanya terlihat di jaringan lokal: di balik router lain perangkat itu tidak dikenali.',
  block_mac_private: '{mac} adalah MAC pribadi (acak): perangkat dapat menggantinya dan menghindari blokir.',
  block_mac_answers: '{mac} menjawab untuk {ips}.',
  block_address_ipv4:
    'Hanya {target} yang diblokir: perangkat tetap punya alamat lain, termasuk IPv6, dan dapat mengambil yang baru. Blokir MAC-nya untuk mencakup semuanya.',
  block_address_ipv6:
    'Hanya {target} yang diblokir: perangkat tetap punya alamat lain, termasuk IPv4, dan dapat mengambil yang baru. Blokir MAC-nya untuk mencakup semuanya.',
  block_address_others: 'Tidak diblokir, tetapi terlihat pada MAC yang sama dengan {target}: {ips}.',
  block_prefix_neighbors: '{target} mencakup {count} tetangga yang dikenal: {ips}.',
  block_prefix: '{target} mencakup lebih dari satu alamat.',
}
