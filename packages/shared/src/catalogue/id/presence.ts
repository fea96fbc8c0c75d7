/** Yang dikatakan tentang kehadiran, dan tentang alamat yang bukan perangkat. */
export const presence = {
  blind_not_watching: '{interface} tidak dipantau: siapa yang ada saat itu tidak diketahui.',
  blind_scan_found_nobody:
    'Pemindaian {interface} tidak menemukan siapa pun dari yang tadinya ada: sensor tidak melihat apa-apa.',
  blind_all_silent:
    'Semua perangkat di {interface} diam serentak: sensor tidak melihat apa-apa, dan tidak ada yang dianggap luring.',
  short_lived_addresses:
    '{count} alamat hanya muncul sesaat dalam sehari terakhir, seperti akibat banjir alamat atau alamat privat baru: dihitung, dan bukan perangkat.',
}
