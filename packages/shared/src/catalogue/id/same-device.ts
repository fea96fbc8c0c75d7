/** Mengapa dua MAC mungkin satu perangkat. */
export const sameDevice = {
  same_client_id: 'Keduanya menyebut diri {name} saat meminta alamat (pengenal klien DHCP).',
  same_service: 'Keduanya mengumumkan layanan {name}.',
  same_name: 'Keduanya bernama {name}.',
  same_options: 'Keduanya meminta opsi yang sama dengan urutan yang sama dari server DHCP.',
  took_over_address:
    'Yang belakangan mendapat {ip}, alamat yang terdahulu, dan tidak ada perangkat lain dengan namanya.',
  handed_over:
    'Keduanya tidak pernah ada bersamaan: yang satu datang {gap_ms} setelah yang lain terakhir terlihat.',
}
