// Judges what a replay said of one capture against the verdict that its
// manifest expects. A manifest is a table with tabs: a header line, then one
// row per capture with at least the columns `file` and `expected_verdict`.
//
// An expected verdict is `benign`, `silence` (an attack that this vantage point
// cannot see), `robustness` (only: does not crash), or alert kinds joined by
// `+`. What stands in parentheses is a remark.

/** Alert kinds that answer an expected one; others answer for themselves. */
const ANSWERS = {
  arp_spoof: ['arp_spoof', 'gateway_spoof'],
  arp_scan: ['arp_scan', 'host_sweep'],
  ping_sweep: ['host_sweep', 'arp_scan'],
  ip_conflict: ['ip_conflict', 'arp_spoof', 'gateway_spoof'],
  gateway_mac_changed: ['gateway_mac_changed', 'mac_changed'],
  new_router: ['new_router', 'rogue_ra'],
  rogue_ra: ['rogue_ra', 'new_router'],
  dhcp_flood: ['dhcp_starvation'],
  ndp_dad_dos: ['dad_dos'],
  icmp6_redirect: ['icmp_redirect'],
  icmp_redirect_only: ['icmp_redirect'],
  stp_root_takeover: ['stp_root_change'],
  eth_arp_mismatch: ['eth_arp_mismatch', 'arp_spoof', 'malformed_arp'],
}
/** What honest machines do too deserves a note, not a warning. */
const NOTE_IS_ENOUGH = new Set([
  'mac_changed',
  'new_router',
  'malformed_arp',
  'malformed_nd',
  'eth_arp_mismatch',
])
/** Outside the reach of the product: expected kinds that are not asked for. */
const NOT_ASKED = new Set(['dns_spoof'])
const ACCUSATIONS = new Set(['arp_spoof', 'gateway_spoof'])
const QUIET = new Set(['benign', 'silence'])

/** Rows as objects by column name. */
export function parseManifest(text) {
  const [header = '', ...lines] = text.split('\n').filter((line) => line !== '')
  const columns = header.split('\t')
  return lines.map((line) => {
    const cells = line.split('\t')
    return Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? '']))
  })
}

/** The group that a row is counted in, and the kinds that must be raised. */
export function readVerdict(verdict) {
  const plain = verdict.replace(/\([^)]*\)/g, '').trim()
  if (plain === 'robustness' || QUIET.has(plain)) return { group: plain, kinds: [] }
  const kinds = plain
    .split('+')
    .map((kind) => kind.trim())
    .filter((kind) => kind !== '' && !NOT_ASKED.has(kind))
  return { group: kinds.includes('arp_spoof') ? 'arp_spoof' : (kinds[0] ?? plain), kinds }
}

/**
 * `alerts` are objects with `kind` and `severity`. Returns the expected kinds
 * that nothing answers, and the kinds that are false alarms: anything loud on
 * a quiet capture, an accusation of spoofing where none was made.
 */
export function judge({ group, kinds }, alerts) {
  const isLoud = (alert) => alert.severity === 'warning' || alert.severity === 'critical'
  const answersOf = (kind) => ANSWERS[kind] ?? [kind]
  const missed = kinds.filter(
    (kind) =>
      !alerts.some(
        (alert) => answersOf(kind).includes(alert.kind) && (isLoud(alert) || NOTE_IS_ENOUGH.has(kind)),
      ),
  )
  const wanted = new Set(kinds.flatMap(answersOf))
  const isFalse = (alert) =>
    isLoud(alert) &&
    (QUIET.has(group) ||
      (group !== 'robustness' &&
        ACCUSATIONS.has(alert.kind) &&
        !wanted.has(alert.kind) &&
        !kinds.includes('port_steal')))
  return { missed, falseAlarms: [...new Set(alerts.filter(isFalse).map((alert) => alert.kind))] }
}

/** What a finished replay printed. `isRefused`: it said in words that it cannot read the file. */
export function readReplay({ status, stdout, stderr }) {
  const objects = []
  let isGarbled = false
  for (const line of stdout.split('\n').filter((text) => text.trim() !== '')) {
    try {
      objects.push(JSON.parse(line))
    } catch {
      isGarbled = true
    }
  }
  const hasSummary = objects.some((object) => object.type === 'summary')
  const isRefused = status === 1 && stderr.trim() !== '' && !/\n\s+at /.test(stderr)
  return {
    alerts: objects.filter((object) => object.type === 'alert'),
    isRefused,
    isCrashed: !isRefused && (status !== 0 || !hasSummary || isGarbled),
  }
}

/** One line per group, then the wrong rows, then the sum. */
export function formatTable(results) {
  const groups = new Map()
  for (const result of results) {
    const rows = groups.get(result.group) ?? []
    groups.set(result.group, [...rows, result])
  }
  const isRight = (row) => !row.isCrashed && row.missed.length === 0 && row.falseAlarms.length === 0
  const line = (...cells) =>
    cells
      .map((cell, i) => String(cell).padEnd([26, 13, 8, 7, 8][i]))
      .join('')
      .trimEnd()
  const count = (rows, test) => rows.filter(test).length
  const lines = [line('group', 'right/files', 'missed', 'false', 'crashed')]
  for (const [group, rows] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
    lines.push(
      line(
        group,
        `${count(rows, isRight)}/${rows.length}`,
        count(rows, (row) => row.missed.length > 0),
        count(rows, (row) => row.falseAlarms.length > 0),
        count(rows, (row) => row.isCrashed),
      ),
    )
  }
  for (const row of results.filter((candidate) => !isRight(candidate))) {
    if (row.isCrashed) lines.push(`  ${row.file}: crashed`)
    if (row.missed.length > 0)
      lines.push(`  ${row.file}: missed ${row.missed.join(', ')}; said ${row.said.join(', ') || 'nothing'}`)
    if (row.falseAlarms.length > 0) lines.push(`  ${row.file}: false alarm ${row.falseAlarms.join(', ')}`)
  }
  const judged = results.filter((row) => row.group !== 'robustness')
  const slowest = Math.max(0, ...results.map((row) => row.seconds))
  lines.push(
    `${count(judged, isRight)} of ${judged.length} verdicts right, ${count(results, (row) => row.falseAlarms.length > 0)} files with false alarms, ` +
      `${count(results, (row) => row.isCrashed)} crashes in ${results.length} files, slowest ${slowest.toFixed(1)} s`,
  )
  return lines.join('\n')
}
