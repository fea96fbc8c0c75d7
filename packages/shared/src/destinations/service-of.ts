/**
 * Which service a name belongs to, by a small list of our own (`services.json`: kind, service, names): whatever
 * is not in it is shown by its domain.
 */

import list from './services.json' with { type: 'json' }

export const SERVICE_KINDS = [
  'streaming',
  'games',
  'updates',
  'telemetry',
  'advertising',
  'social',
  'messages',
  'cloud',
  'things',
  'resolver',
] as const
export type ServiceKind = (typeof SERVICE_KINDS)[number]

export interface Service {
  name: string
  kind: ServiceKind
}

const SERVICES = new Map(
  SERVICE_KINDS.flatMap((kind) =>
    Object.entries(list[kind] satisfies Record<string, string[]>).flatMap(([name, domains]) =>
      (domains as string[]).map((domain): [string, Service] => [domain, { name, kind }]),
    ),
  ),
)

/** Of the longest listed end of the name; null when none is. */
export function serviceOf(host: string): Service | null {
  const labels = host.toLowerCase().split('.')
  for (let from = 0; from < labels.length - 1; from++) {
    const found = SERVICES.get(labels.slice(from).join('.'))
    if (found !== undefined) return found
  }
  return null
}
