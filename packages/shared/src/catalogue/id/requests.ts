/** Why a request is refused before anybody looks at it: its status in a word or two, and what is wrong with its fields. */

const problems = {
  problem: 'Kesalahan',
  problem_400: 'Permintaan tidak sah',
  problem_401: 'Belum masuk',
  problem_403: 'Tidak diizinkan',
  problem_404: 'Tidak ditemukan',
  problem_405: 'Cara permintaan tidak dilayani',
  problem_409: 'Bertentangan dengan keadaan sekarang',
  problem_413: 'Terlalu besar',
  problem_415: 'Jenis isi tidak dilayani',
  problem_421: 'Permintaan salah alamat',
  problem_429: 'Terlalu banyak permintaan',
  problem_500: 'Kesalahan di dalam',
  problem_501: 'Belum dilayani',
  problem_503: 'Tidak tersedia',
  problem_507: 'Ruang penyimpanan tidak cukup',
}

const places = {
  request_body: 'Isi permintaan tidak sah: {problem}',
  request_query: 'Parameter alamat tidak sah: {problem}',
  request_path: 'Alamat permintaan tidak sah: {problem}',
}

const kinds = {
  field_invalid: 'Bentuknya tidak diterima di sini.',
  field_unknown: 'Isian itu tidak ada.',
  field_missing: 'Isian ini diperlukan.',
  field_repeated: 'Isian ini diberikan lebih dari sekali.',
  field_empty: 'Isian ini tidak boleh kosong.',
  field_not_text: 'Isian ini harus berupa teks.',
  field_not_number: 'Isian ini harus berupa angka.',
  field_not_whole: 'Isian ini harus berupa bilangan bulat.',
  field_not_flag: 'Isian ini harus true atau false.',
  field_not_list: 'Isian ini harus berupa daftar.',
  field_not_object: 'Isian ini harus berupa objek.',
  field_not_wanted: 'Isian ini tidak boleh ada di sini.',
  field_not_choice: 'Isian ini harus salah satu dari: {choices}.',
  field_too_small: 'Nilainya paling kecil {least}.',
  field_too_big: 'Nilainya paling besar {most}.',
  field_too_short: 'Panjangnya paling sedikit {least} karakter.',
  field_too_long: 'Panjangnya paling banyak {most} karakter.',
  field_too_few: 'Isinya paling sedikit {least} butir.',
  field_too_many: 'Isinya paling banyak {most} butir.',
  field_not_base64: 'Ini bukan base64.',
  field_not_json: 'Ini bukan JSON.',
}

const addresses = {
  field_not_ip: 'Ini bukan alamat IPv4 atau IPv6 dalam bentuk biasa.',
  field_unspecified_ip: 'Ini alamat yang tidak menunjuk siapa pun.',
  field_not_host_ip: 'Ini bukan alamat satu host.',
  field_not_mac: 'Ini bukan alamat MAC: enam oktet yang dipisahkan titik dua.',
  field_not_target: 'Ini bukan alamat, CIDR, atau alamat MAC.',
  field_not_interface: 'Ini bukan nama antarmuka.',
  field_not_host: 'Ini bukan nama host atau alamat.',
  field_not_url: 'Ini bukan alamat yang diawali http:// atau https:// tanpa nama pengguna di dalamnya.',
  field_not_mail: 'Ini bukan alamat surel.',
  field_not_protocol: 'Ini bukan nama atau nomor protokol.',
}

const names = {
  field_not_alert: 'Ini bukan ID peringatan.',
  field_not_incident: 'Ini bukan ID kejadian.',
  field_not_block: 'Ini bukan ID blokir.',
  field_not_channel: 'Ini bukan ID saluran.',
  field_not_token: 'Ini bukan ID token.',
  field_not_daemon: 'Ini bukan nama layanan netwatcherd.',
  field_not_tag: 'Tag terdiri dari 1 sampai 32 huruf, angka, spasi, titik, atau tanda hubung.',
  field_not_word: 'Ini bukan kata dari huruf kecil, angka, dan tanda hubung.',
  field_no_name: 'Nama ini kosong; pakai null untuk menghapus nama.',
  field_not_token_name: 'Hanya huruf kecil, angka, dan tanda hubung, paling banyak 32.',
  field_own_token: 'Itu token milik direktori keadaan.',
}

const channels = {
  field_not_line: 'Isian ini harus satu baris tanpa karakter kendali.',
  field_not_topic: 'Ini bukan topik: tanpa spasi, # atau +.',
  field_not_ntfy_topic: 'Ini bukan topik ntfy.',
  field_not_chat: 'Ini bukan ID obrolan.',
  field_not_certificate: 'Ini bukan sertifikat (PEM).',
  field_not_time_of_day: 'Ini bukan jam (HH:MM).',
  field_no_variable: '{variable} tidak ada; yang ada {variables}.',
}

const together = {
  field_not_after: 'Waktunya tidak sesudah from.',
  field_ids_or_filter: 'Beri ids atau filter, salah satu.',
  field_forgotten: 'Yang dilupakan tidak dapat sekaligus diubah.',
  field_text_or_sqlite: 'Beri text atau sqlite, salah satu.',
  field_acknowledge_or_mute: 'Pilih acknowledge atau mute, salah satu.',
  field_one_target: 'Sebutkan sasaran, perangkat, tag, atau karantina: salah satu.',
  field_quarantine_schedule: 'Karantina tidak punya jadwal.',
  field_a_week: 'Blokir berlaku paling lama satu minggu.',
}

export const requests = {
  ...problems,
  ...places,
  ...kinds,
  ...addresses,
  ...names,
  ...channels,
  ...together,
}
