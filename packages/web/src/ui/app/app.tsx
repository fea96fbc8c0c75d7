/** The composition root: session, language and services, then the routes. */

import { type Language, pickLanguage } from '@netwatcher/shared'
import { useEffect, useMemo, useState } from 'react'
import { Router } from 'wouter'
import { createApiClient } from '../api/client.js'
import { ErrorNotice, Loading } from '../components/notice.js'
import { readPreference, usePreference } from '../hooks/use-preference.js'
import { createTranslator, isLanguage } from '../i18n/language.js'
import { createFeed, createQueries } from '../live/feed.js'
import { createLiveStore } from '../live/store.js'
import { openLiveStream } from '../live/stream.js'
import { LoginPage } from '../pages/login/login-page.js'
import { basePath } from './base-path.js'
import { DraftsProvider } from './drafts.js'
import { FirewallProvider } from './firewall.js'
import { OpenAlertsProvider } from './open-alerts.js'
import { createPageSecret } from './page-secret.js'
import { Routes } from './routes.js'
import { type Services, ServicesProvider } from './services.js'
import { useSession } from './session.js'
import { Shell } from './shell.js'
import { StatusProvider } from './status.js'

/** Renders at most four times a second, however many events come. */
const LIVE_INTERVAL_MS = 250

export function App() {
  const [language, setLanguage] = usePreference<Language>('language', readLanguage)
  const [daemon, setDaemon] = usePreference<string>('daemon', () => readPreference('daemon') ?? '')
  const [isUnauthorized, setIsUnauthorized] = useState(false)
  const pageSecret = useMemo(() => createPageSecret(() => localStorage), [])
  const queries = useMemo(() => createQueries(), [])
  // Texts that have come in another language are of no use: everything is asked for anew.
  const base = useMemo(() => {
    const feed = createFeed({ queries, schedule: (run, delayMs) => setTimeout(run, delayMs) })
    return {
      queries,
      api: createApiClient({
        fetch: (path, init) => fetch(`${basePath}${path}`, init),
        language,
        daemon,
        pageSecret: pageSecret.get,
        onUnauthorized: () => setIsUnauthorized(true),
      }),
      live: createLiveStore({ schedule: (run) => setTimeout(run, LIVE_INTERVAL_MS), onEvents: feed }),
    }
  }, [queries, language, daemon, pageSecret])
  const services: Services = useMemo(
    () => ({
      ...base,
      translator: createTranslator(language),
      daemon: { name: daemon, choose: setDaemon },
    }),
    [base, language, daemon, setDaemon],
  )
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])

  const session = useSession(base.api, isUnauthorized)
  function signedIn(secret: string): void {
    pageSecret.set(secret)
    setIsUnauthorized(false)
    session.check()
  }

  return (
    <Router base={basePath}>
      <ServicesProvider services={services}>
        {session.state === 'checking' && <Loading />}
        {session.state === 'unreachable' && (
          <main className="login">
            <ErrorNotice error={session.error} onRetry={session.check} />
          </main>
        )}
        {session.state === 'out' && <LoginPage onLanguage={setLanguage} onSignedIn={signedIn} />}
        {session.state === 'in' && (
          <LiveConnection services={services} onRefused={session.check}>
            <DraftsProvider>
              <Shell onLanguage={setLanguage} onSignedOut={() => setIsUnauthorized(true)}>
                <Routes />
              </Shell>
            </DraftsProvider>
          </LiveConnection>
        )}
      </ServicesProvider>
    </Router>
  )
}

interface LiveConnectionProps {
  services: Services
  onRefused: () => void
  children: React.ReactNode
}

function LiveConnection({ services, onRefused, children }: LiveConnectionProps) {
  const { live, translator } = services
  // biome-ignore lint/correctness/useExhaustiveDependencies: one stream for as long as the session lasts and the language stays
  useEffect(() => openLiveStream(live, translator.language, onRefused), [live])
  return (
    <StatusProvider>
      <FirewallProvider>
        <OpenAlertsProvider>{children}</OpenAlertsProvider>
      </FirewallProvider>
    </StatusProvider>
  )
}

function readLanguage(): Language {
  const stored = readPreference('language')
  return isLanguage(stored) ? stored : pickLanguage(navigator.languages)
}
