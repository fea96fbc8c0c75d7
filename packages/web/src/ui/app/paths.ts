/** The address of every page, in the order in which they are tried; `routes.tsx` has what is there. */

export const PATHS = [
  '/',
  '/devices',
  '/devices/import',
  '/devices/snapshots',
  '/devices/:id',
  '/traffic',
  '/alerts',
  '/alerts/:id',
  '/incidents',
  '/incidents/:id',
  '/firewall',
  '/status',
  '/status/notifications',
] as const
export type Path = (typeof PATHS)[number]
