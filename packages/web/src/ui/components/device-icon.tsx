/** What kind of thing a device is, as a picture: by the person's word, else as far as the network tells. */

import type { Device } from '../../contract/devices.js'
import { Glyph } from './icons.js'

const PATHS: Record<string, string> = {
  phone: 'M8 3h8v18H8zM11 18h2',
  tablet: 'M5 3h14v18H5zM11 18h2',
  computer: 'M5 5h14v10H5zM2 19h20',
  server: 'M4 4h16v7H4zM4 13h16v7H4zM8 7.5v.1M8 16.5v.1',
  printer: 'M7 8V3h10v5M7 17H4V8h16v9h-3M7 14h10v7H7z',
  nas: 'M6 3h12v18H6zM9 7h6M9 11h6M12 17v.1',
  camera: 'M3 7h12v10H3zM15 11l6-3v8l-6-3z',
  tv: 'M3 5h18v12H3zM8 21h8',
  speaker: 'M7 3h10v18H7zM12 7v.1M12 17a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  console: 'M7 8h10a5 5 0 0 1 0 9c-2 0-2-2-5-2s-3 2-5 2A5 5 0 0 1 7 8zM8 10.5v3M6.5 12h3M16 12v.1',
  router: 'M3 14h18v6H3zM7 17v.1M11 17v.1M8 10a6 6 0 0 1 8 0M5.5 7a10 10 0 0 1 13 0',
  'access-point': 'M12 20v-6M8 20h8M8.5 10.5a5 5 0 0 1 7 0M5.5 7.5a9 9 0 0 1 13 0',
  switch: 'M3 9h18v7H3zM7 12.5v.1M11 12.5v.1M15 12.5v.1',
  plug: 'M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4',
  light: 'M9 18h6M10 21h4M12 3a6 6 0 0 0-3.5 10.9V15h7v-1.1A6 6 0 0 0 12 3z',
  lock: 'M5 11h14v10H5zM8 11V8a4 4 0 0 1 8 0v3',
  thermostat: 'M10 14V5a2 2 0 0 1 4 0v9a4 4 0 1 1-4 0z',
  hub: 'M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 4v5M12 15v5M4 12h5M15 12h5',
  'voip-phone':
    'M6 4h3l1.5 5-2 1.5a11 11 0 0 0 5 5l1.5-2 5 1.5v3a2 2 0 0 1-2 2A14 14 0 0 1 4 6a2 2 0 0 1 2-2z',
  watch: 'M12 17a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM9 7.5 9.5 3h5l.5 4.5M9 16.5l.5 4.5h5l.5-4.5',
  iot: 'M8 8h8v8H8zM10 3v5M14 3v5M10 16v5M14 16v5M3 10h5M3 14h5M16 10h5M16 14h5',
}
/** A plain box with a question mark. */
const UNKNOWN = 'M4 4h16v16H4zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 16.5v.1'

type Pictured = Pick<Device, 'icon' | 'type' | 'deviceType' | 'isGateway' | 'isSelf'>

export function DeviceIcon({ device, size = 22 }: { device: Pictured; size?: number }) {
  return <Glyph path={pathOf(device)} size={size} />
}

function pathOf({ icon, type, deviceType, isGateway, isSelf }: Pictured): string {
  const guess = isGateway ? 'router' : isSelf ? 'computer' : null
  const word = [icon, type, deviceType, guess].find((one) => one !== null && Object.hasOwn(PATHS, one))
  return PATHS[word ?? ''] ?? UNKNOWN
}
