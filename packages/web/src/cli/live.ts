/** Commands that go on for a while: a scan until its end, and watching until Ctrl-C; by the web part or the daemon itself. */

import type { DaemonApi } from '../daemon/types.js'
import type { Client } from './client.js'
import { plain } from './print.js'

export interface Lines {
  isJson: boolean
  write: (line: string) => void
}

/** Starts a scan and tells how far it is until it has ended. */
export async function scan(
  client: Client,
  { daemon, isFast }: { daemon: string | null; isFast: boolean },
  lines: Lines,
) {
  const gone = new AbortController()
  const events = client.events(gone.signal)
  // The stream first: a small network is scanned before a second request could be made.
  const next = events.next()
  const query = daemon === null ? '' : `?daemon=${encodeURIComponent(daemon)}`
  try {
    await client.post(`/api/scan${query}`, { pace: isFast ? 'fast' : 'normal' })
    for (let event = await next; !event.done; event = await events.next()) {
      const { type, asked, total, found, finished, detail } = event.value
      if (type !== 'scan' || (daemon !== null && event.value.daemon !== daemon)) continue
      tell(
        lines,
        event.value,
        `asked ${asked} of ${total}, found ${found}${detail ? `: ${plain(detail)}` : ''}`,
      )
      if (finished === true) return
    }
  } finally {
    // What is still to come of the stream would keep the program waiting.
    gone.abort()
    await next.catch(() => undefined)
  }
}

/** Without the web part. Each host as it is found. */
export async function scanByDaemon(api: DaemonApi, isFast: boolean, lines: Lines): Promise<void> {
  for await (const update of api.scan({ isFast }, new AbortController().signal)) {
    if (update.kind === 'host') tell(lines, update.host, `${update.host.ip}  ${update.host.mac ?? ''}`)
    if (update.kind === 'summary') tell(lines, update.summary, `found ${update.summary.found}`)
  }
}

export async function watch(client: Client, lines: Lines, signal: AbortSignal): Promise<void> {
  for await (const event of client.events(signal)) tell(lines, event, eventText(event))
}

export async function watchDaemon(api: DaemonApi, lines: Lines, signal: AbortSignal): Promise<void> {
  for await (const { atMs, payload } of api.watch(null, signal)) {
    const at = new Date(atMs).toISOString()
    tell(lines, { atMs, ...payload }, `${at} ${payload.kind}`)
  }
}

function tell({ isJson, write }: Lines, value: unknown, text: string): void {
  write(`${isJson ? JSON.stringify(value) : text}\n`)
}

interface Told {
  type?: unknown
  device?: { mac?: string; presence?: string; name?: string | null; hostname?: string | null }
  alert?: { severity?: string; kind?: string; ip?: string }
  sensor?: { interface?: string; state?: string }
  interface?: string
  txBytes?: number
  rxBytes?: number
  connected?: boolean
}

function eventText(event: Told): string {
  const { type, device, alert, sensor } = event
  const words: unknown[] = [type]
  if (device) words.push(device.mac, device.presence, device.name ?? device.hostname)
  if (alert) words.push(alert.severity, alert.kind, alert.ip)
  if (sensor) words.push(sensor.interface, sensor.state)
  if (type === 'traffic') words.push(event.interface, `${event.txBytes} B sent, ${event.rxBytes} B received`)
  if (type === 'daemon') words.push(event.connected ? 'connected' : 'away')
  return words
    .filter((word) => word !== undefined && word !== null && word !== '')
    .map(plain)
    .join('  ')
}
