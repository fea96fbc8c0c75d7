/** What the person notes of a device beside what the network says. */

import type { FormEvent } from 'react'
import type { Device } from '../../../contract/devices.js'
import { useDraft } from '../../app/drafts.js'
import { useText } from '../../app/services.js'
import { Card, Facts } from '../../components/card.js'
import { Field } from '../../components/fields.js'
import { ErrorNotice } from '../../components/notice.js'
import { Age, DateTime } from '../../components/time.js'
import { usePatchDevice } from '../../hooks/use-patch-device.js'
import { translateWord } from '../../i18n/language.js'

export function IdentityCard({ device }: { device: Device }) {
  const translator = useText()
  const { t } = translator
  return (
    <Card title={t('device.identity')}>
      <NotesForm device={device} />
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

function NotesForm({ device }: { device: Device }) {
  const { t } = useText()
  const patch = usePatchDevice(device.id)
  const { value: notes, set: setNotes } = useDraft(`notes ${device.id}`, device.notes)

  function save(event: FormEvent): void {
    event.preventDefault()
    void patch.run({ notes })
  }

  return (
    <form onSubmit={save} className="stack">
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
      <button type="submit" className="button" disabled={notes === device.notes || patch.isBusy}>
        {t('action.save')}
      </button>
      <ErrorNotice error={patch.error} />
    </form>
  )
}
