/** Why a request is refused before anybody looks at it: its status in a word or two, and what is wrong with its fields. */

const problems = {
  problem: 'Error',
  problem_400: 'Bad request',
  problem_401: 'Not logged in',
  problem_403: 'Forbidden',
  problem_404: 'Not found',
  problem_405: 'Method not allowed',
  problem_409: 'Conflict',
  problem_413: 'Too large',
  problem_415: 'Unsupported media type',
  problem_421: 'Misdirected request',
  problem_429: 'Too many requests',
  problem_500: 'Internal error',
  problem_501: 'Not implemented',
  problem_503: 'Not available',
  problem_507: 'Insufficient storage',
}

/** What stands in the way as a whole: `{problem}` is the field and its sentence. */
const places = {
  request_body: 'The body is not valid: {problem}',
  request_query: 'The query is not valid: {problem}',
  request_path: 'The path is not valid: {problem}',
}

/** By the kind of mistake, whatever the field is. */
const kinds = {
  field_invalid: 'It does not have a form that is accepted here.',
  field_unknown: 'There is no such field.',
  field_missing: 'It is missing.',
  field_repeated: 'It is given more than once.',
  field_empty: 'It must not be empty.',
  field_not_text: 'It must be text.',
  field_not_number: 'It must be a number.',
  field_not_whole: 'It must be a whole number.',
  field_not_flag: 'It must be true or false.',
  field_not_list: 'It must be a list.',
  field_not_object: 'It must be an object.',
  field_not_wanted: 'It must be left out here.',
  field_not_choice: 'It must be one of these: {choices}.',
  field_too_small: 'It must be at least {least}.',
  field_too_big: 'It must be at most {most}.',
  field_too_short: 'It must have at least {least} characters.',
  field_too_long: 'It must have at most {most} characters.',
  field_too_few: 'It must have at least {least} entries.',
  field_too_many: 'It must have at most {most} entries.',
  field_not_base64: 'It is not base64.',
  field_not_json: 'It is not JSON.',
}

const addresses = {
  field_not_ip: 'It is not an IPv4 or IPv6 address in plain form.',
  field_unspecified_ip: 'It is the unspecified address.',
  field_not_host_ip: 'It is not the address of one host.',
  field_not_mac: 'It is not a MAC address: six octets joined by colons.',
  field_not_target: 'It is not an address, a CIDR or a MAC address.',
  field_not_interface: 'It is not an interface name.',
  field_not_host: 'It is not a host name or an address.',
  field_not_url: 'It is not an address that begins with http:// or https://, without a user in it.',
  field_not_mail: 'It is not a mail address.',
  field_not_protocol: 'It is not a protocol name or number.',
}

const names = {
  field_not_alert: 'It is not an alert id.',
  field_not_incident: 'It is not the id of an incident.',
  field_not_block: 'It is not a block id.',
  field_not_channel: 'It is not the id of a channel.',
  field_not_token: 'It is not the id of a token.',
  field_not_daemon: 'It is not the name of a daemon.',
  field_not_tag: 'A tag is 1 to 32 letters, digits, spaces, dots or dashes.',
  field_not_word: 'It is not a word of small letters, digits and dashes.',
  field_no_name: 'It is empty; use null to remove a name.',
  field_not_token_name: 'It must be lower-case letters, digits and dashes, at most 32.',
  field_own_token: 'That is the token of the state directory.',
}

const channels = {
  field_not_line: 'It must be one line without control characters.',
  field_not_topic: 'It is not a topic: no spaces, # or +.',
  field_not_ntfy_topic: 'It is not a topic of ntfy.',
  field_not_chat: 'It is not the id of a chat.',
  field_not_certificate: 'It is not a certificate (PEM).',
  field_not_time_of_day: 'It is not a time of day (HH:MM).',
  field_no_variable: 'There is no {variable}; there are {variables}.',
}

/** Of several fields together. */
const together = {
  field_not_after: 'It is not after from.',
  field_ids_or_filter: 'Give either ids or a filter.',
  field_forgotten: 'What is forgotten cannot be changed as well.',
  field_text_or_sqlite: 'Give text or sqlite.',
  field_acknowledge_or_mute: 'Either acknowledge or mute.',
  field_one_target: 'Name targets, a device, a tag or a quarantine: one of them.',
  field_quarantine_schedule: 'A quarantine has no schedule.',
  field_a_week: 'A block lasts a week at most.',
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

export type RequestRule = keyof typeof requests
