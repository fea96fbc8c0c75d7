/** The frame of every page: navigation, banners, live announcements, preferences. */

import type { Language } from '@netwatcher/shared'
import { type ReactNode, useEffect, useRef } from 'react'
import { Link, useLocation } from 'wouter'
import { Icon, type IconName } from '../components/icons.js'
import type { TextKey } from '../i18n/language.js'
import { AlertToast } from './alert-toast.js'
import { Banners } from './banners.js'
import { basePath } from './base-path.js'
import { useOpenAlerts } from './open-alerts.js'
import { DaemonSelect, LanguageSelect, ThemeButton } from './preferences.js'
import { useApi, useLive, useText } from './services.js'
import { useStatus } from './status.js'
import { judgeWatching } from './watching.js'

/** `and`: pages below another address that belong to it. */
const PAGES: { path: string; and?: string; icon: IconName; key: TextKey }[] = [
  { path: '/', icon: 'overview', key: 'nav.overview' },
  { path: '/devices', icon: 'devices', key: 'nav.devices' },
  { path: '/traffic', icon: 'traffic', key: 'nav.traffic' },
  { path: '/incidents', and: '/alerts', icon: 'alerts', key: 'nav.incidents' },
  { path: '/firewall', icon: 'firewall', key: 'nav.firewall' },
  { path: '/status', icon: 'status', key: 'nav.status' },
]

export interface ShellProps {
  onLanguage: (language: Language) => void
  onSignedOut: () => void
  children: ReactNode
}

export function Shell({ onLanguage, onSignedOut, children }: ShellProps) {
  const { t } = useText()
  const api = useApi()
  const main = useRef<HTMLElement>(null)
  const current = useCurrentPage(main)

  function signOut(): void {
    void api.delete('/api/session').finally(onSignedOut)
  }

  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        {t('nav.skip')}
      </a>
      <header className="top">
        <Link href="/" className="brand">
          <img src={`${basePath}/favicon.svg`} alt="" width="26" height="26" />
          NetWatcher
        </Link>
        <WatchingPill />
        <div className="row top-tools">
          <DaemonSelect />
          <LanguageSelect onChange={onLanguage} />
          <ThemeButton />
          <button
            type="button"
            className="icon-button"
            onClick={signOut}
            aria-label={t('session.signOut')}
            title={t('session.signOut')}
          >
            <Icon name="logout" />
          </button>
        </div>
      </header>
      <nav className="pages" aria-label={t('nav.label')}>
        {PAGES.map((page) => (
          <Link key={page.path} href={page.path} aria-current={page === current ? 'page' : undefined}>
            <Icon name={page.icon} />
            <span>{t(page.key)}</span>
            {page.path === '/incidents' && <OpenAlertCount />}
          </Link>
        ))}
      </nav>
      <main id="main" ref={main} tabIndex={-1}>
        <Banners />
        {children}
      </main>
      <AlertToast />
    </div>
  )
}

/** After each navigation the focus goes to the new page. */
function useCurrentPage(main: { current: HTMLElement | null }) {
  const [location] = useLocation()
  const previous = useRef(location)
  const isAt = (path: string) => location === path || (path !== '/' && location.startsWith(`${path}/`))
  const current = PAGES.findLast(({ path, and }) => isAt(path) || (and !== undefined && isAt(and)))
  useEffect(() => {
    if (previous.current === location) return
    previous.current = location
    window.scrollTo(0, 0)
    main.current?.focus({ preventScroll: true })
  }, [location, main])
  return current
}

/** Green only while everything works that has to. */
function WatchingPill() {
  const { t } = useText()
  const connection = useLive((state) => state.connection)
  const { isDaemonConnected, sensors } = useStatus()
  const watching = judgeWatching({ connection, isDaemonConnected, sensors })
  const down = watching.kind === 'partly' ? watching.down.join(', ') : ''
  return (
    <span role="status">
      <Link href="/status" className={`watching watching-${watching.kind}`}>
        <span className="dot" aria-hidden="true" />
        <span className="watching-text">{t(`watching.${watching.kind}`, { down })}</span>
      </Link>
    </span>
  )
}

function OpenAlertCount() {
  const { plural } = useText()
  const open = useOpenAlerts()
  const count = open ? open.critical + open.warning : 0
  if (count === 0) return null
  return (
    <span className={`count ${open?.critical ? 'tone-critical' : 'tone-warning'}`}>
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span className="visually-hidden">{plural('alerts.open', count)}</span>
    </span>
  )
}
