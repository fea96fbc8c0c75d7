/** What is new about whom devices talk to; each kind can be made an alert, or left out. */

import { NOTE_KINDS, NOTE_LEVELS, type NoteKind, type NoteLevel } from '../../../contract/note-kinds.js'
import type { NotesResponse } from '../../../contract/notes.js'
import { useApi, useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { ErrorNotice } from '../../components/notice.js'
import { Age } from '../../components/time.js'
import { useAction } from '../../hooks/use-action.js'
import { useResource } from '../../hooks/use-resource.js'

const REFRESH_MS = 30_000
const SHOWN = 8

interface Levels {
  levels: Record<NoteKind, NoteLevel>
}

export function NotesCard() {
  const { t } = useText()
  const notes = useResource<NotesResponse>('/api/notes', { pageSize: SHOWN }, { refreshMs: REFRESH_MS })
  return (
    <Card title={t('notes.title')}>
      <p className="muted">{t('notes.lead')}</p>
      {notes.data?.total === 0 && <p>{t('notes.none')}</p>}
      <ul className="list">
        {notes.data?.notes.map(({ id, text, atMs }) => (
          <li key={id}>
            <span className="grow">{text}</span>
            <Age atMs={atMs} />
          </li>
        ))}
      </ul>
      <NoteLevels />
    </Card>
  )
}

function NoteLevels() {
  const { t } = useText()
  const api = useApi()
  const { data, reload } = useResource<Levels>('/api/note-levels', {}, {})
  const change = useAction(async (kind: NoteKind, level: string) => {
    await api.post('/api/note-levels', { kind, level })
    reload()
  })
  return (
    <>
      <ErrorNotice error={change.error} />
      <div className="filters">
        {data &&
          NOTE_KINDS.map((kind) => (
            <label key={kind} className="select">
              <span>{t(`notes.kind.${kind}`)}</span>
              <select
                value={data.levels[kind]}
                disabled={change.isBusy}
                onChange={({ target }) => void change.run(kind, target.value)}
              >
                {NOTE_LEVELS.map((level) => (
                  <option key={level} value={level}>
                    {t(`notes.level.${level}`)}
                  </option>
                ))}
              </select>
            </label>
          ))}
      </div>
    </>
  )
}
