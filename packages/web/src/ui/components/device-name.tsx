/** How a device is called: by the person's name for it, else what the network says, else what it is. */

import { Link } from 'wouter'
import type { Device } from '../../contract/devices.js'
import { useText } from '../app/services.js'
import type { Translator } from '../i18n/language.js'

type Named = Pick<Device, 'mac' | 'name' | 'hostname' | 'label' | 'vendor' | 'isRandomized' | 'isSelf'>

export function deviceTitle(device: Named, { t }: Translator): string {
  if (device.name) return device.name
  if (device.hostname) return device.hostname
  if (device.label) return device.label
  if (device.vendor) return t('device.ofVendor', { vendor: device.vendor })
  if (device.isSelf) return t('device.thisMachine')
  return device.isRandomized ? t('device.ofRandomMac') : t('device.unnamed')
}

/** Within a sentence, with its MAC; of a device without any name that says it all. */
export function deviceInSentence(device: Named | null, mac: string, translator: Translator): string {
  if (!device) return mac
  const { name, hostname, label, vendor, isSelf } = device
  return name || hostname || label || vendor || isSelf ? `${deviceTitle(device, translator)} (${mac})` : mac
}

/** The same for a row of traffic, which knows less of the device. */
export function trafficDeviceTitle(
  row: { device: string; deviceName: string | null; vendor: string | null },
  { t }: Translator,
): string {
  return row.deviceName ?? (row.vendor ? t('device.ofVendor', { vendor: row.vendor }) : row.device)
}

/** By its id, or where only that is known by its MAC. */
export function deviceLink(key: number | string): string {
  return `/devices/${key}`
}

export function MacLink({ mac }: { mac: string }) {
  return (
    <Link href={deviceLink(mac)} className="mono">
      {mac}
    </Link>
  )
}

/** Presence as a dot, a word, the evidence and its age. */
export function Presence({ device }: { device: Pick<Device, 'presence'> }) {
  const { t } = useText()
  return (
    <span className={`presence presence-${device.presence}`}>
      <span className="dot" aria-hidden="true" />
      {t(`presence.${device.presence}`)}
    </span>
  )
}
