/** Insiden, masing-masing dalam satu kalimat, dan apa lagi yang diberitahukan di luar halaman. */

import type { incidents as english } from '../en/incidents.js'

export const incidents: Record<keyof typeof english, string> = {
  incident_arp_spoof:
    '{suspect|Seseorang} mengaku memiliki {address|banyak alamat}[, milik {holder}][; yang dikelabui: {affected}].',
  incident_gateway_spoof:
    '{suspect|Seseorang} mengaku memiliki {address|banyak alamat} dan dengan itu menggantikan router[ {holder}][; yang dikelabui: {affected}].',
  incident_gateway_mac_changed:
    'Alamat router[ {address}] kini ada pada {suspect|perangkat lain}[; sebelumnya: {holder}].',
  incident_mac_changed:
    '{address|Sebuah alamat} kini ada pada {suspect|perangkat lain}[; sebelumnya: {holder}].',
  incident_ip_conflict:
    '{holder|Sebuah perangkat} dan {suspect|perangkat lain} memakai alamat yang sama[, {address}].',
  incident_conflict_avoided:
    '{holder|Sebuah perangkat} dan {suspect|pihak lain} hampir memakai alamat yang sama[, {address}].',
  incident_flip_flop:
    '{address|Sebuah alamat} berpindah bolak-balik antara {holder|satu perangkat} dan {suspect|perangkat lain}.',
  incident_arp_scan: '{suspect|Seseorang} menanyakan sebagian besar alamat jaringan ini.',
  incident_host_sweep:
    '{suspect|Seseorang} mencoba banyak host untuk mengetahui siapa yang menjawab[, di antaranya {affected}].',
  incident_port_scan: '{suspect|Seseorang} mencoba banyak port pada {affected|beberapa perangkat}.',
  incident_arp_storm: '{suspect|Seseorang} mengirim pesan ARP jauh lebih banyak dari keperluan biasa.',
  incident_mac_flood: 'Switch dibanjiri alamat perangkat keras rekaan.',
  incident_port_steal:
    '{suspect|Seseorang} mengirim bingkai atas nama alamat perangkat keras {affected|perangkat lain}.',
  incident_rogue_dhcp:
    '{suspect|Seseorang} membagikan alamat sebagai server DHCP kedua[; yang terkena: {affected}].',
  incident_dhcp_starvation: 'Alamat pada server DHCP sedang dihabiskan.',
  incident_rogue_ra: '{suspect|Seseorang} mengumumkan diri sebagai router IPv6 dan tidak dikenal demikian.',
  incident_new_router: '{suspect|Sebuah perangkat} adalah router IPv6 tambahan.',
  incident_ra_flood: 'Banyak router IPv6 rekaan diumumkan sekaligus.',
  incident_ndp_spoof:
    '{suspect|Seseorang} mengaku memiliki {address|banyak alamat}[, milik {holder}][; yang dikelabui: {affected}].',
  incident_dad_dos: 'Seseorang menghalangi perangkat memperoleh alamat IPv6[; yang terkena: {affected}].',
  incident_icmp_redirect:
    '{suspect|Seseorang} menyuruh {affected|sebuah perangkat} memakai rute lain[, atas nama {holder}].',
  incident_stp_root_change: '{suspect|Switch lain} menjadi akar jaringan switch.',
  incident_malformed_arp: '{suspect|Seseorang} mengirim pesan ARP yang saling bertentangan.',
  incident_malformed_nd: '{suspect|Seseorang} mengirim pesan tetangga IPv6 yang saling bertentangan.',
  incident_eth_arp_mismatch:
    '{suspect|Seseorang} mengirim pesan ARP yang menyebut pengirim lain di dalamnya.',
  incident_new_device: 'Perangkat baru[: {suspect}].',
  incident_fhrp_failover:
    '{suspect|Sebuah router} mengambil alih alamat bersama[ {address}] dari sekelompok router.',
  incident_multi_homed:
    '{holder|Sebuah perangkat} dan {suspect|perangkat lain} adalah satu mesin dengan dua kartu jaringan.',
  incident_answers_for_all:
    '{suspect|Seseorang} menjawab hampir setiap pertanyaan tentang alamat, siapa pun pemiliknya.',
  incident_forwarding_host:
    '{suspect|Seseorang} meneruskan paket milik yang lain dan tidak dikenal sebagai router.',
  incident_name_spoof:
    '{suspect|Seseorang} menjawab untuk nama yang bukan miliknya[; yang dikelabui: {affected}].',
  incident_dns_spoof: '{suspect|Seseorang} mungkin memalsukan jawaban server nama[ {address}].',
  incident_fhrp_hijack:
    '{suspect|Seseorang} mengambil alih {address|sebuah alamat} dari sekelompok router tanpa menjadi anggota.',
  incident_dhcp_release_spoof:
    '{suspect|Seseorang} mengembalikan alamat atas nama {affected|perangkat lain}.',
  incident_wpad_offered: '{suspect|Seseorang} memberi tahu yang lain proksi web mana yang dipakai.',
  incident_decoy_touched: '{suspect|Seseorang} mencoba umpan[ {address}].',
  incident_watch_stopped: 'Pengawasan dihentikan atau diubah oleh seseorang.',
  incident_drill:
    'Latihan: {suspect|seseorang} berpura-pura memiliki {address|sebuah alamat}. Tidak terjadi apa-apa di jaringan.',
  notify_title_info: 'NetWatcher: catatan',
  notify_title_warning: 'NetWatcher: waspada',
  notify_title_critical: 'NetWatcher: kritis',
  notify_title_drill: 'NetWatcher: latihan',
  notify_incident_ended: 'Sudah berakhir: {sentence}',
  notify_incident_reminder: 'Masih berlangsung: {sentence}',
  notify_device_new: 'Perangkat yang belum pernah terlihat: {device}.',
  notify_device_gone: '{device} pergi.',
  notify_device_back: '{device} kembali.',
  notify_sensor_lost: '{sensor} tidak mengawasi lagi.',
  notify_sensor_back: '{sensor} mengawasi kembali.',
  notify_gateway_silent: 'Internet tidak terjangkau: gateway {ip} tidak menjawab ({interface}).',
  notify_beyond_silent:
    'Internet tidak terjangkau: gateway {ip} menjawab, tetapi di baliknya tidak ada yang menjawab ({interface}).',
  notify_internet_back: 'Internet terjangkau kembali, setelah {outage_ms} ({interface}).',
  advice_gateway_silent: 'Periksa router dan jalur ke sana: kabel, switch, Wi-Fi.',
  advice_beyond_silent: 'Periksa sambungan router ke penyedia; jika itu baik, gangguannya ada pada penyedia.',
  notify_gap: 'Untuk beberapa saat tidak semuanya tercatat.',
  notify_test: 'Ini uji coba saluran {channel}. Jika Anda dapat membacanya, saluran ini berfungsi.',
  notify_more: '{count} pesan sekaligus:',
  notify_and_more: 'dan {count} lagi',
  drill_no_alert: 'Sensor tidak melaporkan apa pun: lihat di halaman status apakah ia mengawasi.',
  drill_no_channel: 'Tidak ada saluran yang aktif: atur atau aktifkan satu.',
  drill_not_accepted: 'Tidak diterima: {cause}',
  notify_dropped: '{count} pesan tidak dapat disimpan dan dibuang.',
}
