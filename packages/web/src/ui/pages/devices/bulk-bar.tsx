/** What can be done to all devices that are selected, at once. */

import { useState } from 'react'
import type { BulkBody } from '../../../contract/devices.js'
import { useApi, useText } from '../../app/services.js'
import { ErrorNotice } from '../../components/notice.js'
import { useAction } from '../../hooks/use-action.js'

export interface BulkBarProps {
  ids: readonly number[]
  onNone: () => void
  /** It was done, and is not told by the stream. */
  onDone: () => void
}

export function BulkBar({ ids, onNone, onDone }: BulkBarProps) {
  const { t, plural } = useText()
  const api = useApi()
  const [isAsking, setIsAsking] = useState(false)
  const [tag, setTag] = useState('')
  const act = useAction(async (what: Omit<BulkBody, 'ids' | 'filter'>) => {
    await api.post('/api/inventory/bulk', { ids, ...what })
    setIsAsking(false)
    setTag('')
    onNone()
    onDone()
  })
  if (ids.length === 0) return null
  return (
    <section className="bulk-bar" aria-label={plural('devices.selected', ids.length)}>
      <strong>{plural('devices.selected', ids.length)}</strong>
      {isAsking ? (
        <span className="row" role="alert">
          {plural('devices.askForget', ids.length)}
          <button
            type="button"
            className="button small danger"
            disabled={act.isBusy}
            onClick={() => void act.run({ forget: true })}
          >
            {t('devices.forgetYes')}
          </button>
          <button type="button" className="button small" onClick={() => setIsAsking(false)}>
            {t('action.cancel')}
          </button>
        </span>
      ) : (
        <span className="row">
          <Act label={t('devices.makeKnown')} onDo={() => void act.run({ set: { trust: 'known' } })} />
          <Act label={t('devices.ignore')} onDo={() => void act.run({ set: { trust: 'ignored' } })} />
          <Act label={t('devices.archive')} onDo={() => void act.run({ set: { isArchived: true } })} />
          <form
            className="row"
            onSubmit={(event) => {
              event.preventDefault()
              if (tag.trim() !== '') void act.run({ addTags: [tag.trim()] })
            }}
          >
            <input
              value={tag}
              maxLength={32}
              aria-label={t('devices.addTag')}
              placeholder={t('devices.addTag')}
              autoComplete="off"
              onChange={(event) => setTag(event.target.value)}
            />
          </form>
          <Act label={t('devices.forget')} onDo={() => setIsAsking(true)} />
          <Act label={t('devices.unselect')} onDo={onNone} />
        </span>
      )}
      <ErrorNotice error={act.error} />
    </section>
  )
}

function Act({ label, onDo }: { label: string; onDo: () => void }) {
  return (
    <button type="button" className="button small" onClick={onDo}>
      {label}
    </button>
  )
}
