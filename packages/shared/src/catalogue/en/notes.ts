/** What is said of what is new about whom devices talk to. */
export const notes = {
  note_country: '{device} talks to an address in {subject} for the first time.',
  note_service: '{device} uses {subject} for the first time.',
  note_port: '{device} uses {subject} of the internet for the first time.',
  note_resolver: '{device} asks a resolver outside this network: {subject}.',
  note_listed: '{device} talks to {subject}, which is on your list.',
  note_quota: '{device} has used {subject} % of its quota for this month.',
  note_quota_all: 'All devices together have used {subject} % of the quota for this month.',
  note_port_opened: '{device} has a newly open port: {subject}.',
}
