import type { bindings as en } from '../en/bindings.js'

/** Siapa mengaku memiliki alamat apa. */
export const bindings: Record<keyof typeof en, string> = {
  pinned_binding: '{ip} disematkan pada {mac}.',
  unsolicited_claim:
    '{mac} memberi tahu satu host saja, tanpa ditanya, bahwa ia memiliki {ip} ({count} kali).',
  unsolicited_cadence: 'Pengakuan tanpa ditanya itu diulang setiap {interval_ms}, seperti memakai pewaktu.',
  reciprocal_claims:
    '{mac} berkata kepada {other_ip} bahwa ia adalah {ip}, dan kepada {ip} bahwa ia adalah {other_ip}.',
  claimer_owns_other: '{mac} memiliki alamat lain sendiri, {other_ip}.',
  made_from_other:
    '{ip} dibentuk dari {holder_mac}, yang masih ada: {mac} tidak mendapatkannya secara jujur.',
  sender_mismatch: 'Pengakuan {mac} datang dalam frame dari MAC lain.',
  target_contradiction: 'Jawaban menyebut MAC tujuan yang bukan host penerimanya.',
  withdrawn: '{mac} sendiri kemudian berkata bahwa {ip} milik yang lain.',
  claimer_sends_nothing_else: '{mac} tidak mengirim apa pun selain pengakuan ini.',
  many_claimers: '{count} MAC mengaku memiliki {ip} dalam satu menit.',
  two_uplinks: 'Paket dari luar jaringan ini mulai datang dari {mac} juga.',
  uplink_moved: 'Paket dari luar yang dulu diantarkan {from_mac} kini datang dari {mac}.',
  relays_others: '{mac} mengirim paket IP milik {ips}.',
  forwards_packets: '{mac} meneruskan paket yang bukan untuknya.',
  owner_alive: '{mac}, pemegang {ip}, belum pergi.',
  both_answered: '{mac} dan yang lain menjawab pertanyaan yang sama tentang {ip}.',
  gateway_claimed: '{ip} adalah gateway: pemegangnya melihat semua lalu lintas ke jaringan lain.',
  repeated_announcements:
    '{mac} terus mengumumkan {ip}, lebih lama daripada yang diperlukan untuk mengambil alih.',
  restored: '{mac} sendiri memberi tahu yang lain bahwa {ip} kembali di {holder_mac}.',

  behind_virtual_mac:
    '{virtual_mac} adalah MAC virtual: mesin di baliknya bertanya dari MAC-nya sendiri, seperti {mac}.',
  same_client:
    '{mac} dan {holder_mac} menyebut diri sama ketika meminta sewa alamat: dua kartu dari satu mesin, seperti laptop di docking.',
  fhrp_member: '{mac} ikut dalam protokol cadangan (VRRP, CARP, HSRP, atau GLBP).',
  dhcp_lease: 'Server DHCP telah memberikan {ip} kepada {mac}.',
  symmetric_answers: 'Kedua MAC juga menjawab untuk {other_ip}: satu host dengan dua kartu jaringan.',
  proxy_arp: '{mac} adalah router dan hanya menjawab pertanyaan: proxy ARP (RFC 1027).',
  one_way_view: 'Pertanyaan tidak terlihat dari sini, sehingga jawaban selalu tampak tanpa ditanya.',
  no_other_address:
    '{mac} tidak memiliki alamat lain: kartu yang diganti, bond, atau host kedua bisa berlaku begini.',
  shared_address:
    '{mac} juga memiliki alamat sendiri: anggota klaster saling menyerahkan alamat yang dipakai bersama.',
  owner_silent: '{mac}, pemegang {ip} sebelumnya, tidak menjawab, baik ditanya sendiri maupun bersama semua.',
  asked_first: '{mac} bertanya apakah {ip} bebas sebelum memakainya (RFC 5227, DHCP).',
  local_proxy_arp:
    '{mac} adalah gateway dan menjawab untuk semua alamat: ia memisahkan host dan meneruskan paket mereka.',
  answers_for_all: '{mac} menjawab untuk {count} dari {asked} alamat yang ditanyakan.',
  expected_own_address_only: '{mac} hanya menjawab untuk alamatnya sendiri.',
  seen_answers_for_all: '{mac} menjawab untuk semua: untuk {count} dari {asked} alamat yang ditanyakan.',
  advice_local_proxy_arp:
    'Tidak perlu apa-apa, jika router atau titik akses Anda memisahkan kliennya (client isolation, local proxy ARP). Siapa yang benar-benar ada tidak dapat diketahui dari jawabannya.',
  advice_answers_for_all:
    'Cari perangkat dengan MAC ini: kecuali ia router atau jebakan pemindai, ia mengambil lalu lintas pihak lain.',
  guest_restarted:
    'Hanya ada kontainer dan mesin virtual milik mesin ini di bridge ini; MAC mereka berganti setiap kali dimulai ulang.',
  announced_takeover: '{mac} mengumumkan {ip} kepada semua, dan pemegang sebelumnya diam sejak itu.',

  expected_holder: '{ip} ada di {mac}.',
  expected_only_holder: 'Hanya pemegang {ip} yang berbicara untuknya.',
  seen_claim_to_one: '{mac} berkata kepada {to_ip} ({to_mac}) bahwa ia adalah {ip}.',
  seen_claim_to_all: '{mac} berkata kepada semua bahwa ia adalah {ip}.',
  seen_both_use: 'Beberapa MAC memakai {ip}: {macs}.',
  seen_both_answer: 'Beberapa MAC menjawab untuk {ip}: {macs}.',
  seen_failover: '{mac} mengambil alih {ip}.',
  seen_new_holder: '{mac} telah mengambil alih {ip}; pemegang sebelumnya diam.',
  advice_disconnect_claimant:
    'Cari perangkat dengan MAC ini dan putuskan; sampai saat itu lalu lintas alamat ini bisa dibaca atau diubah.',
  advice_change_one_address:
    'Beri salah satu dari kedua perangkat alamat lain; cari alamat tetap di dalam rentang DHCP.',
  advice_one_machine_or_two:
    'Tidak perlu apa-apa bila ini satu mesin dengan dua kartu jaringan atau bond; jika bukan, dua perangkat memakai satu alamat.',
  advice_backup_machines: 'Tidak perlu apa-apa bila mesin-mesin ini saling menjadi cadangan.',
  advice_router_replaced:
    'Bila tidak ada yang mengganti router, cari tahu perangkat apa ini sebelum mempercayai jaringan.',
  advice_card_replaced: 'Tidak perlu apa-apa bila perangkat atau kartu jaringannya memang diganti.',

  probe_answered: '{mac} bertanya apakah {ip} bebas (RFC 5227), dan host lain menjawab.',
  dhcp_decline: '{mac} menolak sewa {ip}.',
  expected_free: '{ip} bebas.',
  expected_free_for_dhcp: '{ip} bebas untuk dibagikan server DHCP.',
  seen_probe_answered: '{mac} bertanya apakah {ip} bebas, dan {holder_mac} menjawab bahwa tidak.',
  seen_lease_declined: '{mac} menolak {ip} yang ditawarkan server DHCP karena sudah terpakai.',
  advice_takes_another_address: 'Tidak perlu apa-apa: perangkat yang bertanya memilih alamat lain.',
  advice_fixed_address_in_range:
    'Cari perangkat beralamat tetap di dalam rentang DHCP dan pindahkan ke luar rentang itu.',

  virtual_nat: 'Kedua MAC milik NAT sebuah mesin virtual.',
  expected_own_frames: 'Frame yang berbicara untuk {mac} datang dari {mac}.',
  seen_frame_of_other: '{frame_mac} mengirim pesan ARP yang menyatakan {ip} milik {mac}.',
  advice_look_at_others: 'Tidak perlu apa-apa untuk ini saja; lihat peringatan lain tentang kedua MAC ini.',

  known_router: '{mac} diketahui sebagai router.',
  expected_no_router: '{mac} ({ip}) bukan router dan membuang paket yang bukan untuknya.',
  advice_may_stand_between:
    'Tidak perlu apa-apa bila perangkat ini router, gateway VPN, atau menjalankan kontainer; jika bukan, ia mungkin berada di tengah sambungan.',
}
