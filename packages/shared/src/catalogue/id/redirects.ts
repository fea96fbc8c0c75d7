/** ICMP redirect. */

import type { redirects as english } from '../en/redirects.js'

export const redirects: Record<keyof typeof english, string> = {
  expected_redirects_of_gateway: 'Hanya gateway yang memberi tahu host tentang router lain.',
  seen_redirect:
    '{mac} menyuruh {affected_ip} mengirim paket untuk {destination_ip|beberapa alamat} melalui {next_hop_ip}, dengan {ip} sebagai pengirim.',
  redirect:
    '{mac} menyuruh {affected_ip} mengirim paket untuk {destination_ip|beberapa alamat} melalui {next_hop_ip}, dengan {ip} sebagai pengirim.',
  borrowed_address: '{ip} milik {holder_mac}, tetapi bingkainya datang dari {mac}.',
  to_a_host: '{ip} bukan router: {mac} terlihat sebagai host biasa.',
  to_a_dhcp_host: '{ip} bukan router: ia host yang memperoleh alamat lewat DHCP.',
  from_gateway: '{ip} adalah gateway LAN ini.',
  advice_redirect_of_gateway:
    'Gateway mengetahui jalan yang lebih baik untuk tujuan ini; tambahkan rute jika sering terjadi.',
  advice_redirect:
    'Perangkat ini meneruskan lalu lintas perangkat lain. Jika bukan router, cari tahu sebabnya; matikan penerimaan redirect.',
}
