/** Switch: spanning tree dan port yang dicuri. */

import type { switching as english } from '../en/switching.js'

export const switching: Record<keyof typeof english, string> = {
  expected_one_port_per_address: 'Setiap alamat sumber dipakai oleh satu perangkat yang memilikinya.',
  seen_port_steal:
    '{count} bingkai dalam {window_ms} ke {mac} yang hanya menunjukkan alamat sumber {affected_macs}.',
  empty_arp: 'Bingkai ARP tanpa alamat apa pun di dalamnya, dikirim ke satu stasiun.',
  addressed_to_sender: 'Bingkai ARP yang ditujukan ke stasiun yang justru disebut sebagai pengirimnya.',
  source_is_destination:
    'Bingkai dari sebuah alamat ke dirinya sendiri, yang tidak diteruskan switch mana pun.',
  advice_port_steal:
    'Seseorang mengalihkan bingkai untuk perangkat-perangkat ini pada switch. Cari port pengakunya dan aktifkan port security.',
  expected_few_bridges: 'Beberapa bridge, satu per tetangga.',
  seen_bpdu_flood: '{count} stasiun mengumumkan diri sebagai bridge dalam {window_ms}.',
  bpdu_flood: '{count} stasiun mengumumkan diri sebagai bridge dalam {window_ms}.',
  seen_topology_change_flood: '{count} stasiun mengumumkan perubahan topologi dalam {window_ms}.',
  topology_change_flood: '{count} stasiun mengumumkan perubahan topologi dalam {window_ms}.',
  expected_no_tree: 'Tidak ada spanning tree di sini.',
  expected_root: 'Bridge akarnya {root}.',
  seen_root: '{mac} mengumumkan bridge akar {root}.',
  contradicting_roots:
    '{root} dan {other_root} sama-sama diumumkan sebagai akar, lebih cepat daripada batas waktu akar mana pun.',
  new_bridge:
    '{mac} bukan salah satu dari {known} bridge yang dikenal di sini; diumumkan dengan biaya jalur {path_cost}.',
  impossible_bridge_mac: 'Tidak ada bridge yang beralamat {mac}.',
  impossible_message_age:
    '{mac} mengaku sebagai akar, dan bahwa pengumumannya sendiri sudah berumur {age_ms}.',
  impossible_root_cost: '{mac} mengaku sebagai akar, dengan biaya jalur {path_cost}.',
  tree_appeared: 'Sebuah bridge mengumumkan diri di tempat spanning tree tidak terdengar selama {silent_ms}.',
  claims_to_be_root:
    'Ia mendahulukan dirinya atas setiap bridge yang tidak disetel siapa pun (prioritas {priority}, bawaan {default_priority}).',
  was_no_bridge: '{mac} adalah host, {ip}, dan sebelumnya bukan bridge.',
  bridge_in_a_device:
    'Prioritasnya {priority} mengalah kepada setiap bridge yang disetel orang, sehingga tidak mengubah apa pun: begitulah pengeras suara dan host dengan mesin virtual.',
  advice_stp_root:
    'Jika Anda tidak menambah atau menyetel ulang switch, cari perangkat ini: lalu lintas antar-switch mungkin kini melewatinya. Aktifkan root guard atau BPDU guard pada port host.',
}
