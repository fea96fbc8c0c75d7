/** The frames that prove it, decoded here in the browser, each with its bytes; and the file for Wireshark. */

import { useState } from 'react'
import type { AlertRecord } from '../../../contract/alerts.js'
import { basePath } from '../../app/base-path.js'
import { useApi, useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { SelectField } from '../../components/fields.js'
import { Icon } from '../../components/icons.js'
import { ErrorNotice } from '../../components/notice.js'
import { formatDateTime } from '../../format/time.js'
import { type Decoded, decodeEthernet } from '../../frames/decode.js'
import { hexDump } from '../../frames/hex.js'
import { type Frame, readPcapng } from '../../frames/pcapng.js'
import { useAction } from '../../hooks/use-action.js'

const SHOWN = 20
const ETHERNET = 1

export function FramesCard({ alerts }: { alerts: AlertRecord[] }) {
  const { t, plural } = useText()
  const api = useApi()
  const [chosen, setChosen] = useState('')
  const [frames, setFrames] = useState<Frame[] | null>(null)
  const alert = alerts.find(({ id }) => id === chosen) ?? alerts[0]
  const path = alert ? `/api/alerts/${alert.id}/evidence` : ''
  const load = useAction(async () => setFrames(readPcapng(await api.bytes(path))))
  if (!alert) return null
  const more = (frames?.length ?? 0) - SHOWN
  return (
    <Card
      title={t('incident.frames')}
      className="span-2"
      actions={
        <a
          className="button small"
          href={basePath + path}
          download={`alert-${alert.id}.pcapng`}
          title={t('incident.evidenceHint')}
        >
          <Icon name="download" size={16} />
          {t('incident.evidence')}
        </a>
      }
    >
      <div className="row">
        {alerts.length > 1 && (
          <SelectField
            label={t('timeline.alert')}
            value={alert.id}
            options={alerts.map(({ id, kind, ip }) => ({
              value: id,
              label: `${t(`kind.${kind}.title`)} ${ip}`,
            }))}
            onChange={(id) => {
              setChosen(id)
              setFrames(null)
            }}
          />
        )}
        {frames === null && (
          <button type="button" className="button" disabled={load.isBusy} onClick={() => void load.run()}>
            {t('incident.showFrames')}
          </button>
        )}
      </div>
      <ErrorNotice error={load.error} />
      {frames?.length === 0 && <p className="muted">{t('incident.framesNone')}</p>}
      {frames?.slice(0, SHOWN).map((frame) => (
        <FrameDetails key={frame.number} frame={frame} />
      ))}
      {more > 0 && <p className="muted">{plural('incident.framesMore', more)}</p>}
    </Card>
  )
}

function FrameDetails({ frame }: { frame: Frame }) {
  const { t, language } = useText()
  const decoded: Decoded | null = frame.linkType === ETHERNET ? decodeEthernet(frame.bytes) : null
  const isCut = frame.bytes.length < frame.wireLength
  return (
    <details className="frame">
      <summary>
        <span className="num">{frame.number}</span> <code>{decoded?.summary ?? frame.comment}</code>
      </summary>
      <p className="muted">
        {formatDateTime(frame.timeMs, language)} {frame.comment}
      </p>
      {decoded?.layers.map((layer, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a frame never changes, and may have the same layer twice
        <div key={index} className="layer">
          <strong>{layer.name}</strong>
          {layer.fields.map(([name, value]) => (
            <span key={name}>
              {name} <code>{value}</code>
            </span>
          ))}
        </div>
      ))}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard (WCAG 2.1.1) */}
      <section className="rules" aria-label={t('incident.frame', { number: frame.number })} tabIndex={0}>
        <pre>{hexDump(frame.bytes)}</pre>
      </section>
      {isCut && (
        <p className="muted">
          {t('incident.frameCut', { shown: frame.bytes.length, whole: frame.wireLength })}
        </p>
      )}
    </details>
  )
}
