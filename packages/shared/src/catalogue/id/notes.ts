/** What is said of what is new about whom devices talk to. */
export const notes = {
  note_country: '{device} untuk pertama kali berhubungan dengan alamat di {subject}.',
  note_service: '{device} untuk pertama kali memakai {subject}.',
  note_port: '{device} untuk pertama kali memakai {subject} di internet.',
  note_resolver: '{device} bertanya kepada resolver di luar jaringan ini: {subject}.',
  note_listed: '{device} berhubungan dengan {subject}, yang ada di daftar Anda.',
  note_quota: '{device} telah memakai {subject} % kuotanya bulan ini.',
  note_quota_all: 'Semua perangkat bersama-sama telah memakai {subject} % kuota bulan ini.',
  note_port_opened: '{device} memiliki port yang baru terbuka: {subject}.',
}
