/** Tokens for tools and displays: made with a name, told once, revoked. */

import { type FormEvent, useState } from 'react'
import type { NewTokenResponse, TokensResponse } from '../../../contract/tokens.js'
import { useApi, useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { Field, SelectField } from '../../components/fields.js'
import { ErrorNotice, Notice } from '../../components/notice.js'
import { DateTime } from '../../components/time.js'
import { useAction } from '../../hooks/use-action.js'
import { useResource } from '../../hooks/use-resource.js'

type Access = NewTokenResponse['access']

export function TokensCard() {
  const { t } = useText()
  const api = useApi()
  const [made, setMade] = useState<NewTokenResponse | null>(null)
  const list = useResource<TokensResponse>('/api/tokens')
  const revoke = useAction(async (id: number) => {
    await api.delete(`/api/tokens/${id}`)
    list.reload()
  })
  return (
    <Card title={t('tokens.title')}>
      <p>{t('tokens.lead')}</p>
      <ErrorNotice error={list.error ?? revoke.error} />
      <ul className="list">
        {list.data?.tokens.map(({ id, name, access, createdMs }) => (
          <li key={id}>
            <span className="grow">
              {name}
              <span className="sub">
                {t(`tokens.${access}`)} · <DateTime atMs={createdMs} />
              </span>
            </span>
            <button
              type="button"
              className="button"
              onClick={() => void revoke.run(id)}
              disabled={revoke.isBusy}
            >
              {t('tokens.revoke')}
            </button>
          </li>
        ))}
      </ul>
      {made && (
        <Notice>
          <p>{t('tokens.made', { name: made.name })}</p>
          <code>{made.token}</code>
        </Notice>
      )}
      <TokenForm
        onMade={(token) => {
          setMade(token)
          list.reload()
        }}
      />
    </Card>
  )
}

function TokenForm({ onMade }: { onMade: (token: NewTokenResponse) => void }) {
  const { t } = useText()
  const api = useApi()
  const [name, setName] = useState('')
  const [access, setAccess] = useState<Access>('read')
  const make = useAction(async () => {
    onMade(await api.post<NewTokenResponse>('/api/tokens', { name, access }))
    setName('')
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    void make.run()
  }
  return (
    <form className="row" onSubmit={submit}>
      <ErrorNotice error={make.error} />
      <Field label={t('tokens.name')}>
        {(attributes) => (
          <input
            {...attributes}
            value={name}
            maxLength={32}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <SelectField
        label={t('tokens.access')}
        value={access}
        options={[
          { value: 'read', label: t('tokens.read') },
          { value: 'full', label: t('tokens.full') },
        ]}
        onChange={(value) => setAccess(value === 'full' ? 'full' : 'read')}
      />
      <button type="submit" className="button" disabled={make.isBusy || name === ''}>
        {t('tokens.make')}
      </button>
    </form>
  )
}
