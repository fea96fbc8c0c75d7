/** Yang dikatakan daemon, sensor, dan pemindaian tentang dirinya sendiri. */

import type { status as en } from '../en/status.js'

const captures = {
  capture_stopped: 'Dihentikan atas permintaan.',
  interface_down: 'Antarmuka ini tidak aktif.',
  interface_absent: 'Tidak ada antarmuka dengan nama ini.',
  sensor_interface_gone: 'Penangkapan berakhir: {error}',
  sensor_open_failed: 'Penangkapan tidak dapat dibuka: {error}',
  sensor_drop_failed: 'Sensor tidak dapat melepaskan haknya: {error}',
  sensor_internal: 'Sensor gagal: {error}',
  sensor_kept_rights: 'Sensor tidak melepaskan haknya.',
  sensor_ended: 'Sensor berakhir: {how}.',
  sensor_not_started: 'Sensor tidak dapat dimulai: {error}',
}

const capabilities = {
  switched_off: 'Dimatikan dalam konfigurasi netwatcherd ({setting}).',
  capture_needs_root: 'Penangkapan memerlukan root: netwatcherd dijalankan tanpa hak itu.',
  nmap_missing: 'nmap tidak terpasang.',
}

const leftOut = {
  scan_answered_for_all:
    '{mac} menjawab untuk setiap alamat: siapa di baliknya tidak dapat diketahui, dan ia hanya didaftar sekali.',
  guest_port: 'Semua lalu lintasnya sudah terlihat pada bridge tempat antarmuka ini terpasang.',
  too_many_interfaces: 'Hanya {count} antarmuka yang dipantau, kecuali yang disebut dalam konfigurasi.',
}

const scans = {
  scan_by_table: 'ARP tidak dikirim: ini tetangga yang diketahui kernel.',
  scan_cancelled: 'Pemindaian diakhiri sebelum semua alamat ditanya.',
  scan_failed: 'Pemindaian {interface} gagal: {error}',
  scan_interface_lost: 'Antarmuka menghilang selama pemindaian.',
  scan_left_out: '{targets} dilewati: alamatnya terlalu banyak.',
  scan_no_mac: 'Antarmuka tidak memiliki alamat perangkat keras untuk bertanya.',
  scan_not_started: 'Pemindaian gagal.',
  scan_queue_full: 'Terlalu banyak pemindaian yang menunggu.',
  scan_sensor_lost: 'Sensor {interface} berakhir selama pemindaian.',
  scan_send_failed: 'Bingkai tidak dapat dikirim: {error}',
  scan_takes_longer: 'Pemindaian masih berjalan; ini perangkat yang ditemukan sejauh ini.',
  scan_too_wide:
    '{targets} memiliki lebih dari {limit} alamat, batas pemindaian: scan.max_addresses dalam pengaturan netwatcherd.',
  scan_without_sensor: 'Sensor {interface} tidak berjalan.',
}

const blindSpots = {
  alerts_acknowledged: 'Peringatan yang tidak perlu disampaikan lagi: {count}.',
  capture_stopped_by_call:
    'Seseorang menghentikan pemantauan {interface}; tidak ada yang terdeteksi di sana.',
  advice_start_capture:
    'Jalankan lagi, kecuali Anda sendiri yang menghentikannya. netwatcherd.toml dapat melarangnya (group.stop_capture).',
  router_held_by: '{ip} milik {mac}, yang paling lama memegangnya.',
  router_pinned_to: 'Router {ip} disematkan ke {mac}; kebohongan perangkat itu tidak akan disampaikan.',
  advice_check_pin:
    'Hapus sematan itu, kecuali routernya memang diganti. netwatcherd.toml dapat melarangnya (group.pin_bindings).',
}

const gaps = {
  gap_journal_full: 'Jurnal penuh dan peristiwa ini belum dibaca.',
  gap_not_arrived: 'Peristiwa ini tidak sampai.',
  gap_sensor_ended: 'Sensor {interface} berakhir bersama hal yang belum dilaporkannya.',
  gap_frames_dropped: 'Kernel membuang frame dari {interface} yang tidak sempat dibaca sensornya: {count}.',
  gap_restarted: 'Daemon dijalankan ulang.',
}

/** Ruang yang menipis, dan apa yang terjadi pada basis data sebelum yang sekarang. */
const databases = {
  disk_nearly_full:
    'Sisa disk tinggal {free_mib} MiB. Menit lebih awal dijumlahkan menjadi jam supaya sisanya cukup lebih lama; bila penuh, tidak ada yang baru dapat disimpan. Kosongkan ruang, atau turunkan storage.budget_mib.',
  budget_nearly_full:
    'Basis data memakai {used_mib} dari {budget_mib} MiB yang diizinkan (storage.budget_mib): menit lebih awal dijumlahkan menjadi jam, dan bila jatahnya habis yang tertua dihapus sebelum waktunya.',
  database_damaged:
    'Basis data rusak dan disisihkan: nama dan catatan perangkat, lalu lintas, dan peringatan sampai saat itu tidak ditampilkan lagi. Yang masih dapat dibaca, dibaca dengan sqlite3: sqlite3 {path} .recover | sqlite3 recovered.db. Pemberitahuan ini ada selama {path} ada.',
  database_deleted:
    'Basis data dihapus atau diganti ketika NetWatcher sedang memakainya: yang terakhir disimpan hilang, dan yang baru dimulai jika tidak ada penggantinya. Pemberitahuan ini ada selama {path} ada.',
}

/** Why the web part does not hear the daemon. */
const links = {
  daemon_not_reached: 'netwatcherd belum pernah terhubung.',
  daemon_connection_lost: 'Sambungan ke netwatcherd terputus; sedang disambungkan lagi.',
  daemon_not_allowed:
    'Pengguna aplikasi web NetWatcher bukan anggota grup netwatcher, jadi tidak boleh membuka {path}.',
  daemon_no_socket: 'netwatcherd tidak berjalan: tidak ada soket di {path}.',
  daemon_no_answer: 'netwatcherd tidak berjalan: tidak ada yang menjawab di {path}.',
  daemon_not_a_socket: '{path} bukan soket.',
  daemon_socket_owner: '{path} milik pengguna dengan ID {uid}, bukan root, jadi tidak dipakai.',
  daemon_timeout: 'netwatcherd tidak menjawab pada waktunya.',
  daemon_call_failed: 'Panggilan ke netwatcherd gagal.',
  daemon_version:
    'netwatcherd versi {version} dan aplikasi web versi {own}: keduanya hanya bekerja bersama bila versi minornya berselisih paling banyak satu. Perbarui yang lebih lama.',
  daemon_twice:
    'netwatcherd yang menjawab sebagai {daemon} adalah milik {other}: dua soket menuju ke sana, atau direktori keadaannya disalin.',
}

/** Why nothing can be stored now. */
const storage = {
  storage_full: 'Disk penuh; tidak ada yang baru dapat disimpan sampai ada ruang.',
  storage_damaged: 'Basis data rusak; NetWatcher mulai ulang, menyisihkannya, dan membuat yang baru.',
  storage_read_only: 'Basis data tidak dapat ditulisi.',
  storage_io: 'Disk penuh atau melaporkan kesalahan; penyimpanan dicoba lagi.',
  storage_failing: 'Penyimpanan sedang gagal; dicoba lagi.',
}

export const status: Record<keyof typeof en, string> = {
  ...captures,
  ...capabilities,
  ...leftOut,
  ...scans,
  ...blindSpots,
  ...gaps,
  ...databases,
  ...links,
  ...storage,
}
