/** Siapa yang melayani LAN: DHCP, DHCPv6, dan router IPv6. */

import type { servers as english } from '../en/servers.js'

export const servers: Record<keyof typeof english, string> = {
  expected_one_dhcp_server: 'Hanya satu mesin yang berbicara atas nama server DHCP ini.',
  expected_dhcp_server: 'Server DHCP {server}[ di {macs}], router {router_ips}, DNS {dns_ips}.',
  expected_dhcp_server_unheard: 'Server DHCP {server}[ di {macs}].',
  seen_dhcp_server: 'Server DHCP {server}[ di {macs}], router {router_ips}, DNS {dns_ips}.',
  seen_dhcp_server_unheard: 'Server DHCP {server}[ di {macs}], diketahui dari ucapan klien.',
  second_server: '{server} membagikan konfigurasi di samping {known_servers}.',
  offer_not_seen: 'Isi yang dibagikannya tidak terlihat: jawaban kepada klien tidak lewat di sini.',
  came_together:
    'Server ini dan {server} muncul bersamaan, dan keduanya bukan router: begitulah server cadangan terlihat.',
  server_is_gateway: 'Ia gateway jaringan ini, yang memang sudah dapat mengalihkan segalanya.',
  same_options: 'Isi yang dibagikannya sama dengan {server}: server cadangan.',
  relayed: 'Tawaran itu datang lewat agen relay.',
  service_moved:
    'Router-nya tetap sama dan {server} tidak melayani lagi sejak itu: seperti saat layanan dipindahkan, misalnya ke penyaring nama seperti Pi-hole.',
  refused_in_its_name: '{mac} menolak permintaan atas nama {ip}, padahal MAC {ip} lain.',
  borrowed_identifier: '{mac} memakai pengenal server {ip} milik {holder_mac}, dan keduanya melayani.',
  other_server_checks:
    '{known_server} memeriksa apakah sebuah alamat bebas tepat saat klien memintanya, seperti hanya dilakukan server DHCP, tetapi {server} menjawab lebih dulu.',
  other_router: 'Ia menyebut router {router_ips}[, bukan {known_router_ips}].',
  router_is_itself: 'Router yang disebutnya adalah dirinya sendiri, {ip}.',
  other_dns: 'Ia menyebut server DNS {dns_ips}[, bukan {known_dns_ips}].',
  other_routes:
    'Ia menambahkan rute yang tidak dimiliki server yang dikenal: {routes} (opsi 121 atau 249, RFC 3442; klien yang mematuhinya mengabaikan router).',
  names_proxy: 'Ia menyuruh peramban memuat skrip proksi, {proxy_script} (opsi 252).',
  advice_rogue_dhcp:
    'Jika Anda tidak memasang server DHCP ini, putuskan dan perbarui sewa alamat perangkat yang dijawabnya: lalu lintas atau pencarian nama mereka mungkin dikirim kepadanya.',
  expected_no_proxy_script: 'Hanya server DHCP jaringan yang memberi tahu letak skrip proksi.',
  seen_proxy_script: '{ip} ({mac}) menjawab permintaan konfigurasi dengan skrip proksi {proxy_script}.',
  proxy_without_lease:
    '{ip} ({mac}) tidak membagikan alamat, tetapi memberi skrip proksi {proxy_script} (opsi 252): pemberinya dapat membaca apa yang dimuat peramban.',
  proxy_offered: 'Ia menyuruh peramban memuat skrip proksi {proxy_script} (opsi 252), yang sebelumnya tidak.',
  server_of_the_lan: '{server} adalah server DHCP jaringan ini, dan jaringan perusahaan melakukannya.',
  advice_proxy_offered:
    'Jika bukan Anda yang menyetelnya, periksa konfigurasi server DHCP: pemberi skrip dapat membaca apa yang dimuat peramban.',
  advice_proxy_script:
    'Cari perangkat ini, dan matikan pencarian proksi otomatis (WPAD) pada peramban perangkat yang dijawabnya.',
  expected_no_dhcpv6_server: 'Alamat dan server DNS seperti yang diumumkan router.',
  expected_dhcpv6_server: 'Server DHCPv6 {server}[ di {macs}], jaringan {networks}, DNS {dns_ips}.',
  expected_dhcpv6_server_unheard: 'Server DHCPv6 {server}[ di {macs}].',
  seen_dhcpv6_server: 'Server DHCPv6 {server}[ di {macs}], jaringan {networks}, DNS {dns_ips}.',
  seen_dhcpv6_server_unheard: 'Server DHCPv6 {server}[ di {macs}], diketahui dari ucapan klien.',
  useless_lease:
    'Ia menyewakan {ip}, yang tidak berguna bagi siapa pun (host membuat alamat link-local sendiri, RFC 4862 bagian 5.3): begitulah pemalsu yang hanya ingin ditanyai nama.',
  not_announced:
    'Router memberi tahu host bahwa di sini tidak ada server DHCPv6 (bendera M dan O, RFC 4861 bagian 4.2).',
  other_network: 'Ia menyewakan alamat dari {networks}[, bukan dari {known_networks}].',
  puts_itself_first:
    'Ia membuat klien langsung menerima tawarannya (preferensi {preference}, RFC 8415 bagian 18.2.1).',
  advice_rogue_dhcpv6:
    'Jika Anda tidak memasang server DHCPv6 ini, putuskan: perangkat mengirim pencarian nama ke server DNS yang disebutnya. Switch dapat membuang pesannya (DHCPv6 shield, RFC 7610).',
  expected_no_ipv6_router: 'Tidak ada router IPv6.',
  expected_default_router:
    '{ip} ({mac}) adalah router bawaan, preferensi {preference}, prefiks {prefixes}, DNS {dns_ips}.',
  expected_router_without_route: '{ip} ({mac}) bukan router bawaan, prefiks {prefixes}, DNS {dns_ips}.',
  seen_default_router:
    '{ip} ({mac}) adalah router bawaan, preferensi {preference}, prefiks {prefixes}, DNS {dns_ips}.',
  seen_router_without_route: '{ip} ({mac}) bukan router bawaan, prefiks {prefixes}, DNS {dns_ips}.',
  router_appeared: '{ip} ({mac}) mengumumkan diri.',
  no_default_router:
    'Ia tidak menawarkan diri sebagai router bawaan, seperti gateway jaringan otomasi rumah.',
  only_router: 'Tidak ada router IPv6 lain di sini.',
  same_content: 'Ia tidak mengumumkan apa pun yang tidak diumumkan router yang dikenal.',
  high_preference: 'Ia menyetel preferensinya ke high, yang mendahulukannya atas router lain (RFC 4191).',
  dns_without_routing: 'Ia tidak merutekan, tetapi ingin ditanyai nama: {dns_ips}.',
  wide_route: 'Ia mengaku sebagai jalan menuju {routes}.',
  not_the_gateway: 'Gateway jaringan ini untuk IPv4 adalah {gateway_mac}, bukan {mac}.',
  too_often:
    'Ia mengumumkan diri lebih sering daripada setiap {interval_ms}, yang dilarang RFC 4861 bagian 6.2.6.',
  only_sends_to_dhcpv6: 'Ia tidak merutekan apa pun, tetapi menyuruh host mencari server DHCPv6 (bendera M).',
  other_prefix: 'Ia mengumumkan {prefixes}, yang tidak diumumkan router lain.',
  host_asked_dhcp: '{mac} sebelumnya meminta alamat lewat DHCP, yang tidak dilakukan router.',
  host_solicited_routers: '{mac} sebelumnya mencari router, yang tidak dilakukan router.',
  host_advertised_itself: '{mac} sebelumnya menyatakan diri sebagai host, yang tidak dilakukan router.',
  router_revoked: '{mac} berkata atas nama {holder_mac} bahwa {ip} bukan router lagi.',
  contradicting_advertisements:
    '{ip} dua kali bolak-balik dalam {window_ms} tentang apakah ia router bawaan, atau dengan preferensi apa.',
  expected_whole_advertisements: 'Pengumuman router utuh dalam satu paket.',
  seen_hidden_advertisement: '{ip} ({mac}) mengumumkan diri sebagai router dalam paket yang terpecah.',
  hidden_in_fragments:
    'Neighbor discovery tidak pernah dipecah (RFC 6980): begitulah pengumuman disembunyikan dari RA guard (RFC 7113).',
  expected_few_routers: 'Beberapa router dengan beberapa prefiks.',
  seen_many_routers: '{count} router berbeda mengumumkan diri dalam {window_ms}.',
  many_routers: '{count} router berbeda mengumumkan diri dalam {window_ms}.',
  seen_many_prefixes: '{count} prefiks berbeda diumumkan dalam {window_ms}.',
  many_prefixes: '{count} prefiks berbeda diumumkan dalam {window_ms}.',
  advice_ra_flood:
    'Host menghabiskan waktunya untuk pesan semacam itu. Cari port asalnya; switch dapat membuangnya (RA guard).',
  advice_rogue_ra:
    'Cari dan hentikan perangkat ini: ia membuat host mengirim lalu lintas IPv6 atau pencarian nama kepadanya. Switch dapat membuang pesan semacam itu (RA guard).',
  advice_new_router: 'Jika Anda tidak menambah router, cari tahu perangkat apa ini.',
  expected_group_member:
    'Anggota yang dikenal bergiliran: {known_ip} aktif dengan prioritas {known_priority}.',
  seen_group_outbid:
    '{ip} ({mac}), baru di grup {protocol} {group}, mengalahkan {known_ip} dengan prioritas {priority} lawan {known_priority}.',
  group_outbid:
    '{ip} ({mac}), baru di grup {protocol} {group}, mengalahkan {known_ip} dengan prioritas {priority} lawan {known_priority} padahal yang lama masih ada.',
  never_a_member: '{mac} sudah ada di jaringan ini sebelumnya dan tidak pernah ikut dalam grup.',
  pinned_elsewhere: '{ip} disematkan pada {holder_mac}.',
  advice_fhrp_hijack:
    'Jika Anda tidak menambah router, cari perangkat ini: semua lalu lintas jaringan mungkin melewatinya. Beri grup kata sandi atau buang pesannya pada port host, dan sematkan para anggotanya.',
  expected_own_release: 'Perangkat hanya mengembalikan alamatnya sendiri.',
  seen_foreign_release: '{mac} mengembalikan {ip}, alamat {affected_mac}.',
  foreign_release: '{mac} mengembalikan {ip}, yang dipegang {affected_mac}.',
  holder_goes_on: '{mac} tetap memakai {ip}: ia tidak mengembalikannya.',
  advice_release_spoof:
    'Cari perangkat ini: server mungkin kini membagikan alamat yang sedang dipakai. Aktifkan DHCP snooping pada switch.',
}
