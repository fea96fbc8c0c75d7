/** Siapa yang menjawab untuk sebuah nama: LLMNR, NetBIOS, mDNS dan DNS. */

import type { names as english } from '../en/names.js'

export const names: Record<keyof typeof english, string> = {
  expected_own_names_only: 'Sebuah host hanya menjawab untuk namanya sendiri (RFC 4795, RFC 6762).',
  seen_name_spoof:
    '{mac} memberikan {ip} sebagai alamat {count} nama yang ditanyakan host lain: {names} ({protocols}).',
  names_of_others:
    '{mac} memberikan satu alamat, {ip}, kepada {count} nama berbeda yang belum pernah dipakainya sendiri.',
  wpad_by_name:
    '{mac} mengaku bernama wpad: program yang mencari proksi dengan nama itu akan mengirimkan apa yang diambilnya ke sana.',
  invented_name_answered:
    '{mac} memberi alamat kepada nama yang sengaja direka untuk menguji: tidak mungkin ada yang memiliki nama itu.',
  name_relayed: '{mac} adalah router dan mungkin hanya meneruskan jawaban {ip}.',
  aliases_by_mdns: 'Server memang mengumumkan beberapa nama untuk dirinya lewat mDNS.',
  advice_name_spoof:
    'Temukan perangkat ini dan lepaskan dari jaringan. Matikan LLMNR dan nama NetBIOS di komputer Windows, lalu ganti kata sandi yang dipakai di perangkat yang bertanya.',
  expected_one_dns_answer: '{ip} memberi satu jawaban untuk pertanyaan yang diajukan satu kali.',
  seen_dns_spoof:
    'Satu pertanyaan tentang {name} mendapat dua jawaban atas nama {ip}: {first}, dan {second}.',
  two_dns_answers:
    'Ditanya sekali tentang {name}, {ip} tampak menjawab dua kali: {first}, kemudian {second}.',
  seen_unasked_dns_answers: '{mac} mengirim {count} jawaban atas nama {ip} yang tidak ditanyakan siapa pun.',
  unasked_dns_answers: '{count} jawaban atas nama {ip} datang dari {mac} tanpa pertanyaan.',
  dns_answer_from_elsewhere: 'Datangnya dari {mac}, padahal yang ditanya adalah {to_mac}.',
  dns_hop_limits_differ:
    'Jawaban atas nama {ip} datang dengan hop limit berbeda, {first} dan {second}: dari tempat yang berbeda.',
  advice_dns_spoof:
    'Temukan perangkat ini dan lepaskan dari jaringan. Situs yang dibuka sejak itu mungkin palsu; ganti kata sandi yang diketikkan di sana.',
  advice_dns_spoof_beyond:
    'Pemalsuan datang dari luar router, di penyedia internet atau lebih jauh. Gunakan resolver lewat TLS atau HTTPS.',
}
