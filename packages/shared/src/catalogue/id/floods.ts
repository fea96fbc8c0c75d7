/** Terlalu banyak dari sesuatu: badai ARP, banjir MAC, penghabisan DHCP, alamat yang ditolak. */

import type { floods as english } from '../en/floods.js'

export const floods: Record<keyof typeof english, string> = {
  expected_arp_rate: 'Dua pengumuman per alamat, dan satu permintaan per detik (RFC 5227, RFC 1122).',
  seen_announcements: '{mac} mengumumkan {ip} {count} kali dalam {window_ms}.',
  seen_equal_messages: '{mac} mengirim {count} pesan ARP yang sama tentang {ip} dalam {window_ms}.',
  repeated_message: 'Pesan yang sama datang {count} kali dalam {window_ms}.',
  advice_arp_storm: 'Cari putaran pada switch atau perangkat rusak; cabut dan lihat apakah badai berhenti.',
  expected_lasting_addresses: 'Perangkat datang dan pergi satu per satu, dan berbicara lebih dari sekali.',
  seen_single_use_addresses:
    '{count} alamat sumber baru dalam {window_ms}, masing-masing dalam satu bingkai saja; yang terakhir menuju {destination_mac}.',
  single_use_addresses: '{count} alamat masing-masing mengirim satu bingkai saja.',
  random_prefixes: 'Ada {prefixes} awalan pabrikan berbeda di antaranya.',
  advice_mac_flood:
    'Seseorang mungkin memenuhi tabel alamat switch agar dapat menyadap. Cari port asal semuanya dan batasi jumlah alamat per port.',
  expected_unused_address: 'Tidak ada yang memiliki {ip}: alamat ini belum pernah terlihat dipakai.',
  seen_address_denied: '{mac} memberi tahu {affected_mac} bahwa {ip} sudah dipakai.',
  tentative_address_denied:
    '{mac} mengaku memiliki {ip} ketika {affected_mac} memeriksa apakah alamat itu bebas.',
  several_addresses_denied:
    '{count} alamat yang diinginkan ditolak; duplikat sungguhan datang satu per satu.',
  made_from_own_mac: '{ip} dibuat dari MAC host yang menginginkannya, {mac}.',
  random_interface_id: '{ip} berakhir dengan 64 bit acak: tidak ada yang memilikinya secara kebetulan.',
  advice_dad_dos:
    'Sebuah stasiun menghalangi yang lain memperoleh alamat IPv6. Cari port-nya; MAC yang ditunjukkannya bisa jadi rekaan.',
  expected_one_lease_each: 'Setiap perangkat meminta satu alamat lalu memakainya.',
  seen_clients_only_speak_dhcp:
    '{count} klien meminta alamat dalam {window_ms} dan tidak mengirim apa pun lagi.',
  clients_only_speak_dhcp: '{count} klien meminta alamat dalam {window_ms} dan tidak mengirim apa pun lagi.',
  seen_offers_declined: '{count} alamat yang ditawarkan ditolak dalam {window_ms}.',
  offers_declined: '{count} alamat yang ditawarkan ditolak dalam {window_ms}.',
  seen_many_identities: '{mac} meminta dengan {count} identitas dalam {window_ms}.',
  many_identities: '{mac} meminta dengan {count} identitas dalam {window_ms}.',
  seen_many_tries: '{mac} memulai {count} permintaan alamat dalam {window_ms}.',
  many_tries: '{mac} memulai {count} permintaan alamat dalam {window_ms}.',
  borrowed_source: '{count} di antaranya meminta dalam bingkai stasiun lain, yang terakhir dari {mac}.',
  advice_dhcp_starvation:
    'Server DHCP mungkin segera kehabisan alamat, atau memang itu tujuannya. Cari port asal permintaan ini; batasi jumlah alamat per port.',
}
