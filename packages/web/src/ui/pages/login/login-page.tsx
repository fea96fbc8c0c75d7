/** Signing in with the access token that netwatcher-web prints at its start. */

import type { Language } from '@netwatcher/shared'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { LoginResponse } from '../../../contract/session.js'
import { basePath } from '../../app/base-path.js'
import { LanguageSelect, ThemeButton } from '../../app/preferences.js'
import { useApi, useText } from '../../app/services.js'
import { Field } from '../../components/fields.js'
import { ErrorNotice } from '../../components/notice.js'
import { useAction } from '../../hooks/use-action.js'
import { useTitle } from '../../hooks/use-title.js'

export interface LoginPageProps {
  onLanguage: (language: Language) => void
  /** With what the page must send from then on. */
  onSignedIn: (pageSecret: string) => void
}

export function LoginPage({ onLanguage, onSignedIn }: LoginPageProps) {
  const { t } = useText()
  useTitle(t('login.title'))
  const api = useApi()
  const [token, setToken] = useState('')
  const signIn = useAction(async (value: string) => {
    const { pageSecret } = await api.post<LoginResponse>('/api/session', { token: tokenIn(value) })
    onSignedIn(pageSecret)
  })
  useEffect(() => {
    document.title = `${t('login.title')} · NetWatcher`
  }, [t])

  useTokenOfLink((linkToken) => void signIn.run(linkToken))

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    void signIn.run(token)
  }

  const isWrong = signIn.error?.status === 401 || signIn.error?.status === 400
  return (
    <main className="login">
      <form className="card" onSubmit={onSubmit}>
        <img src={`${basePath}/favicon.svg`} alt="" width="44" height="44" />
        <h1>{t('login.title')}</h1>
        <p className="muted">{t('login.lead')}</p>
        <Field label={t('login.token')} hint={t('login.hint')} error={isWrong ? t('login.wrong') : null}>
          {(attributes) => (
            <input
              {...attributes}
              type="password"
              autoComplete="current-password"
              required
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
          )}
        </Field>
        {!isWrong && <ErrorNotice error={signIn.error} />}
        <button type="submit" className="button primary" disabled={signIn.isBusy || token.trim() === ''}>
          {t('login.submit')}
        </button>
      </form>
      <div className="row">
        <LanguageSelect onChange={onLanguage} />
        <ThemeButton />
      </div>
    </main>
  )
}

/** A link `/login?token=…` signs in by itself; the token leaves the address bar and the history at once. */
function useTokenOfLink(use: (token: string) => void): void {
  const latest = useRef(use)
  latest.current = use
  useEffect(() => {
    const { pathname, search } = window.location
    const token = pathname === '/login' ? new URLSearchParams(search).get('token') : null
    if (!token) return
    history.replaceState(null, '', `${basePath}/login`)
    latest.current(token)
  }, [])
}

/** People paste the whole link as well. */
function tokenIn(text: string): string {
  return /[?&]token=([^&\s]+)/.exec(text)?.[1] ?? text.trim()
}
