/** What the person says of a device (name, notes, known, ignored) beside what the network says. */

import { type FormEvent, useEffect, useState } from 'react'
import type { Device, DevicePatch } from '../../../contract/devices.js'
import { useDraft } from '../../app/drafts.js'
import { useServices, useText } from '../../app/services.js'
import { Card, Facts } from '../../components/card.js'
import { Field } from '../../components/fields.js'
import { ErrorNotice } from '../../components/notice.js'
import { Age, DateTime } from '../../components/time.js'
import { useAction } from '../../hooks/use-action.js'
import { translateWord } from '../../i18n/language.js'

export function IdentityCard({ device }: { device: Device }) {
  const translator = useText()
  const { t } = translator
  const patch = usePatchDevice(device.mac)
  return (
    <Card title={t('device.identity')}>
      <NameForm device={device} patch={patch} />
      <div className="row toggles">
        <Toggle
          label={t('device.markKnown')}
          isOn={device.trust === 'known'}
          onChange={(isOn) => patch.run({ trust: isOn ? 'known' : 'new' })}
        />
        <Toggle
          label={t('device.markIgnored')}
          isOn={device.trust === 'ignored'}
          onChange={(isOn) => patch.run({ trust: isOn ? 'ignored' : 'new' })}
        />
      </div>
      <ErrorNotice error={patch.error} />
      <Facts
        items={[
          { name: t('device.vendor'), value: device.vendor ?? '–' },
          { name: t('device.type'), value: <Kind device={device} /> },
          { name: t('device.os'), value: device.os ?? '–' },
          {
            name: t('device.hostname'),
            value: device.hostname
              ? `${device.hostname} (${device.hostnameSource ? t(`source.${device.hostnameSource}`) : ''})`
              : '–',
          },
          { name: t('device.interface'), value: <span className="mono">{device.interface || '–'}</span> },
          { name: t('device.firstSeen'), value: <DateTime atMs={device.firstSeenMs} /> },
          {
            name: t('device.lastSeen'),
            value: (
              <>
                <Age atMs={device.lastSeenMs} />, {translateWord(translator, 'evidence', device.evidence)}
              </>
            ),
          },
        ]}
      />
      {device.isRandomized && <p className="muted">{t('device.privateHint')}</p>}
    </Card>
  )
}

/** What it is, how sure that is, and what it rests on. */
function Kind({ device }: { device: Device }) {
  const translator = useText()
  const { deviceType, typeConfidence, typeReasons } = device
  if (deviceType === null || typeConfidence === null) return <>–</>
  const type = translateWord(translator, 'deviceType', deviceType)
  const [first] = typeReasons
  return (
    <>
      {translator.t('device.typeSure', { type, percent: Math.round(typeConfidence * 100) })}
      {first && <span className="sub">{`${first.source}: ${first.value}`}</span>}
    </>
  )
}

/** Sends the change and lays the answer over everything shown. */
function usePatchDevice(mac: string) {
  const { api, live } = useServices()
  return useAction(async (patch: DevicePatch) => {
    const device = await api.patch<Device>(`/api/devices/${mac}`, patch)
    live.push({ type: 'device', device })
  })
}

interface NameFormProps {
  device: Device
  patch: ReturnType<typeof usePatchDevice>
}

function NameForm({ device, patch }: NameFormProps) {
  const { t } = useText()
  const { value: name, set: setName } = useDraft(`name ${device.id}`, device.name ?? '')
  const { value: notes, set: setNotes } = useDraft(`notes ${device.id}`, device.notes)
  const isChanged = name.trim() !== (device.name ?? '') || notes !== device.notes

  function save(event: FormEvent): void {
    event.preventDefault()
    void patch.run({ name: name.trim() || null, notes })
  }

  return (
    <form onSubmit={save} className="stack">
      <Field label={t('device.ownName')} error={patch.error?.fieldError('name') ?? null}>
        {(attributes) => (
          <input
            {...attributes}
            value={name}
            maxLength={64}
            placeholder={device.hostname ?? ''}
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('device.notes')} error={patch.error?.fieldError('notes') ?? null}>
        {(attributes) => (
          <textarea
            {...attributes}
            rows={2}
            maxLength={2000}
            value={notes}
            onChange={(event) => setNotes(event.target.value)}
          />
        )}
      </Field>
      <button type="submit" className="button primary" disabled={!isChanged || patch.isBusy}>
        {t('action.save')}
      </button>
    </form>
  )
}

interface ToggleProps {
  label: string
  isOn: boolean
  /** Resolves to false when it could not be changed. */
  onChange: (isOn: boolean) => Promise<boolean>
}

/** Shows the new state at once, and the old one again when the change failed. */
function Toggle({ label, isOn, onChange }: ToggleProps) {
  const [wanted, setWanted] = useState<boolean | null>(null)
  useEffect(() => setWanted((old) => (old === isOn ? null : old)), [isOn])

  async function change(next: boolean): Promise<void> {
    setWanted(next)
    if (!(await onChange(next))) setWanted(null)
  }

  return (
    <label className="toggle">
      <input
        type="checkbox"
        checked={wanted ?? isOn}
        onChange={(event) => void change(event.target.checked)}
      />
      {label}
    </label>
  )
}
