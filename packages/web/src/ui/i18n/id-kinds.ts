/** Alert kinds in Indonesian. */

import type { enKinds } from './en-kinds.js'

export const idKinds: Record<keyof typeof enKinds, string> = {
  'kind.arp_spoof.title': 'Alamat dipalsukan (ARP spoofing)',
  'kind.arp_spoof.explain':
    'Sebuah perangkat mengaku memiliki alamat milik perangkat lain. Lalu lintas untuk pemilik aslinya dapat dibaca, diubah, atau diputus.',
  'kind.gateway_spoof.title': 'Gateway dipalsukan',
  'kind.gateway_spoof.explain':
    'Sebuah perangkat mengaku sebagai router Anda. Semua yang dikirim perangkat lain ke internet mungkin lewat perangkat itu lebih dulu.',
  'kind.gateway_mac_changed.title': 'Gateway memakai kartu jaringan lain',
  'kind.gateway_mac_changed.explain':
    'Alamat router kini dijawab oleh perangkat keras lain, dan yang lama diam. Wajar setelah router diganti; jika tidak, cari tahu milik siapa.',
  'kind.mac_changed.title': 'Alamat pindah ke perangkat lain',
  'kind.mac_changed.explain':
    'Sebuah alamat kini dipakai kartu jaringan lain, dan yang lama diam. Biasa terjadi setelah kartu atau perangkat diganti.',
  'kind.ip_conflict.title': 'Dua perangkat memakai alamat yang sama',
  'kind.ip_conflict.explain':
    'Dua perangkat menjawab untuk satu alamat. Sambungan keduanya tidak andal sampai salah satunya mendapat alamat lain.',
  'kind.conflict_avoided.title': 'Bentrok alamat terhindar',
  'kind.conflict_avoided.explain':
    'Dua perangkat hampir memakai alamat yang sama. Salah satunya memeriksa lebih dulu, atau melepas alamat itu, sehingga tidak ada yang terganggu.',
  'kind.flip_flop.title': 'Alamat berpindah bolak-balik',
  'kind.flip_flop.explain':
    'Sebuah alamat terus berganti kartu jaringan. Penyebabnya bisa pasangan cadangan (fail-over), bentrok alamat, atau pemalsuan.',
  'kind.arp_scan.title': 'Jaringan dipindai untuk mencari perangkat',
  'kind.arp_scan.explain':
    'Sebuah perangkat menanyakan sebagian besar alamat jaringan ini untuk mengetahui siapa yang ada. Alat inventaris melakukannya, penyusup juga.',
  'kind.host_sweep.title': 'Banyak host diperiksa',
  'kind.host_sweep.explain':
    'Sebuah perangkat menghubungi banyak host dalam waktu singkat untuk melihat mana yang menjawab.',
  'kind.port_scan.title': 'Port sebuah host dipindai',
  'kind.port_scan.explain':
    'Sebuah perangkat mencoba banyak port pada satu host untuk mencari layanannya. Alat keamanan melakukannya, penyusup juga.',
  'kind.arp_storm.title': 'Badai ARP',
  'kind.arp_storm.explain':
    'Sebuah perangkat mengirim pesan ARP jauh lebih banyak dari keperluan biasa sehingga jaringan melambat: kerusakan, loop, atau serangan.',
  'kind.mac_flood.title': 'Switch dibanjiri alamat',
  'kind.mac_flood.explain':
    'Banjir alamat perangkat keras palsu. Switch bisa terpaksa mengirim lalu lintas semua orang ke setiap port sehingga dapat disadap.',
  'kind.port_steal.title': 'Port switch dicuri',
  'kind.port_steal.explain':
    'Sebuah perangkat mengirim frame dengan alamat perangkat keras milik perangkat lain agar switch mengantarkan lalu lintasnya ke sana.',
  'kind.rogue_dhcp.title': 'Server DHCP tak dikenal',
  'kind.rogue_dhcp.explain':
    'Ada server kedua yang membagikan alamat. Perangkat yang menurutinya bisa diarahkan ke router atau server nama yang salah.',
  'kind.dhcp_starvation.title': 'Alamat DHCP sedang dihabiskan',
  'kind.dhcp_starvation.explain':
    'Sangat banyak klien berbeda meminta alamat. Bila persediaan habis, perangkat baru tidak bisa masuk ke jaringan.',
  'kind.rogue_ra.title': 'Router IPv6 tak dikenal',
  'kind.rogue_ra.explain':
    'Sebuah perangkat mengumumkan diri sebagai router IPv6. Perangkat lain bisa mengirim lalu lintas lewat situ tanpa disadari.',
  'kind.new_router.title': 'Ada router IPv6 lain',
  'kind.new_router.explain':
    'Muncul satu router IPv6 lagi. Wajar bila memang dipasang router kedua; jika tidak, cari tahu milik siapa.',
  'kind.ra_flood.title': 'Banjir pengumuman router IPv6',
  'kind.ra_flood.explain':
    'Banyak router palsu diumumkan sekaligus. Perangkat yang menurutinya bisa macet atau kewalahan.',
  'kind.ndp_spoof.title': 'Alamat IPv6 dipalsukan',
  'kind.ndp_spoof.explain':
    'Sebuah perangkat mengaku memiliki alamat IPv6 milik perangkat lain untuk menerima lalu lintasnya.',
  'kind.dad_dos.title': 'Alamat IPv6 selalu ditolak',
  'kind.dad_dos.explain':
    'Ada yang mengaku memiliki setiap alamat IPv6 yang ingin dipakai perangkat, sehingga perangkat tidak mendapat alamat.',
  'kind.icmp_redirect.title': 'Lalu lintas dialihkan (ICMP)',
  'kind.icmp_redirect.explain':
    'Perangkat yang bukan gateway menyuruh perangkat lain memakai rute lain. Lalu lintas bisa dibelokkan dari router yang asli.',
  'kind.stp_root_change.title': 'Switch lain mengambil alih (STP)',
  'kind.stp_root_change.explain':
    'Bridge baru menjadi akar jaringan switch sehingga lalu lintas mungkin lewat situ. Wajar hanya bila switch ditambah atau diubah.',
  'kind.malformed_arp.title': 'Pesan ARP rusak',
  'kind.malformed_arp.explain':
    'Pesan ARP yang isinya bertentangan. Dikirim oleh perangkat lunak yang rusak, juga oleh alat uji dan alat serang.',
  'kind.malformed_nd.title': 'Pesan tetangga IPv6 rusak',
  'kind.malformed_nd.explain':
    'Pesan tetangga IPv6 yang isinya bertentangan. Dikirim oleh perangkat lunak yang rusak, juga oleh alat uji dan alat serang.',
  'kind.eth_arp_mismatch.title': 'Alamat pengirim tidak cocok',
  'kind.eth_arp_mismatch.explain':
    'Alamat perangkat keras pada frame berbeda dari yang ada di dalamnya. Beberapa jaringan virtual begitu; selain itu tanda pesan palsu.',
  'kind.new_device.title': 'Perangkat baru',
  'kind.new_device.explain':
    'Perangkat yang belum pernah terlihat telah bergabung. Bila Anda mengenalnya, tandai sebagai milik Anda.',
  'kind.fhrp_failover.title': 'Gateway cadangan mengambil alih',
  'kind.fhrp_failover.explain':
    'Router-router yang berbagi alamat bertukar peran (VRRP, HSRP, atau CARP). Memang begitu cara kerjanya.',
  'kind.multi_homed.title': 'Satu mesin dengan dua kartu jaringan',
  'kind.multi_homed.explain':
    'Dua kartu jaringan selalu menjawab bersamaan untuk alamat yang sama: satu mesin yang tersambung dua kali.',
  'kind.forwarding_host.title': 'Perangkat meneruskan lalu lintas',
  'kind.forwarding_host.explain':
    'Perangkat yang bukan router dikenal meneruskan paket milik orang lain. Begitulah cara penyadap tersembunyi bekerja, juga router tak dikenal.',
  'kind.name_spoof.title': 'Nama dijawab secara palsu',
  'kind.name_spoof.explain':
    'Sebuah perangkat menjawab nama yang bukan miliknya, agar perangkat lain terhubung kepadanya dan membocorkan kata sandi.',
  'kind.dns_spoof.title': 'Pencarian nama dijawab secara palsu',
  'kind.dns_spoof.explain':
    'Satu pertanyaan DNS mendapat dua jawaban berbeda. Salah satunya palsu dan dapat mengarah ke server yang salah.',
  'kind.answers_for_all.title': 'Menjawab untuk semua',
  'kind.answers_for_all.explain':
    'Sebuah perangkat menjawab hampir setiap pertanyaan alamat, siapa pun pemiliknya. Router yang memisahkan kliennya melakukannya (local proxy ARP); begitu juga jebakan pemindai, dan alat yang menginginkan lalu lintas pihak lain.',
  'kind.fhrp_hijack.title': 'Grup router diambil alih',
  'kind.fhrp_hijack.explain':
    'Perangkat yang bukan anggota mengambil alih alamat yang dipakai bersama oleh sekelompok router.',
  'kind.dhcp_release_spoof.title': 'Alamat dikembalikan atas nama perangkat lain',
  'kind.dhcp_release_spoof.explain':
    'Seseorang memberi tahu server DHCP bahwa sebuah perangkat tidak lagi memerlukan alamatnya, padahal perangkat itu masih memakainya.',
  'kind.wpad_offered.title': 'Proksi diumumkan kepada semua',
  'kind.wpad_offered.explain':
    'Sebuah perangkat memberi tahu perangkat lain proksi web mana yang dipakai. Pemilik proksi itu dapat membaca yang mereka kirim.',
  'kind.decoy_touched.title': 'Umpan disentuh',
  'kind.decoy_touched.explain':
    'Sebuah perangkat mencoba terhubung ke alamat yang tidak dipakai siapa pun. Hanya yang menjelajahi jaringan melakukannya.',
  'kind.watch_stopped.title': 'Pengawasan dihentikan atau diubah',
  'kind.watch_stopped.explain':
    'Penangkapan dihentikan, ikatan alamat disematkan, atau kejadian ditandai sedemikian rupa sehingga ada yang dapat tersembunyi.',
  'kind.drill.title': 'Latihan',
  'kind.drill.explain': 'Kejadian latihan yang Anda minta: tidak ada yang terjadi di jaringan.',
}
