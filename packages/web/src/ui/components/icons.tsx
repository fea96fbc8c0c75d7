/** Icons drawn for this page: 24 units square, stroke of the text colour, hidden from screen readers. */

const PATHS = {
  overview: 'M4 12a8 8 0 0 1 16 0M12 12l4-3M7 18h10',
  devices: 'M4 5h12v9H4zM2 18h12M17 9h5v10h-5z',
  traffic: 'M4 19V9M10 19V5M16 19v-7M22 19H2',
  alerts: 'M12 4 2.5 20h19zM12 10v4.5M12 17.4v.1',
  firewall: 'M12 3 4.5 6v5.5c0 4.5 3 7.7 7.5 9.5 4.5-1.8 7.5-5 7.5-9.5V6z',
  status: 'M2 12h4l3-7 5 14 3-7h5',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  shieldCheck: 'M12 3 4.5 6v5.5c0 4.5 3 7.7 7.5 9.5 4.5-1.8 7.5-5 7.5-9.5V6zM8.5 12l2.5 2.5 4.5-5',
  warning: 'M12 4 2.5 20h19zM12 10v4.5M12 17.4v.1',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.5v.1',
  close: 'M6 6l12 12M18 6 6 18',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M5 5l1.7 1.7M17.3 17.3 19 19M5 19l1.7-1.7M17.3 6.7 19 5',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z',
  auto: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 3v18M12 7h5M12 11h8.5M12 15h7.5',
  scan: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16',
  download: 'M12 4v11M7 11l5 5 5-5M4 20h16',
  eye: 'M2 12s3.5-6.5 10-6.5S22 12 22 12s-3.5 6.5-10 6.5S2 12 2 12zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  eyeOff:
    'M4 4l16 16M9.5 6c.800-.3 1.6-.5 2.5-.5 6.5 0 10 6.5 10 6.5s-1 1.9-2.9 3.6M6 7.7C3.4 9.4 2 12 2 12s3.5 6.5 10 6.5c1.6 0 3-.4 4.2-1',
  pin: 'M9 3h6l-1 6 4 4H6l4-4zM12 13v8',
  gateway: 'M3 14h18v6H3zM7 17v.1M11 17v.1M8 10a6 6 0 0 1 8 0M5.5 7a10 10 0 0 1 13 0',
  arrowLeft: 'M20 12H4M10 6l-6 6 6 6',
  arrowRight: 'M4 12h16M14 6l6 6-6 6',
  edit: 'M4 20h4L19 9l-4-4L4 16zM13 7l4 4',
  plus: 'M12 5v14M5 12h14',
  join: 'M12 4v12M7 11l5 5 5-5M4 20h16',
  logout: 'M14 4H5v16h9M10 12h11M17 8l4 4-4 4',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return <Glyph path={PATHS[name]} size={size} />
}

/** A path of such an icon. */
export function Glyph({ path, size }: { path: string; size: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={path} />
    </svg>
  )
}
