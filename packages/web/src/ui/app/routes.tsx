/** Which page is at which address. */

import { type ComponentType, lazy, type ReactNode, Suspense } from 'react'
import { Link, Redirect, Route, Switch } from 'wouter'
import { PageHeader } from '../components/card.js'
import { Loading } from '../components/notice.js'
import { HomePage } from '../pages/home/home-page.js'
import { PATHS, type Path } from './paths.js'
import { useText } from './services.js'

// Home comes with the application, each other page when it is first opened.
const AlertPage = later(async () => (await import('../pages/alerts/alert-page.js')).AlertPage)
const AlertsPage = later(async () => (await import('../pages/alerts/alerts-page.js')).AlertsPage)
const DevicePage = later(async () => (await import('../pages/devices/device-page.js')).DevicePage)
const DevicesPage = later(async () => (await import('../pages/devices/devices-page.js')).DevicesPage)
const ImportPage = later(async () => (await import('../pages/devices/import-page.js')).ImportPage)
const SnapshotsPage = later(async () => (await import('../pages/devices/snapshots-page.js')).SnapshotsPage)
const FirewallPage = later(async () => (await import('../pages/firewall/firewall-page.js')).FirewallPage)
const IncidentPage = later(async () => (await import('../pages/incidents/incident-page.js')).IncidentPage)
const IncidentsPage = later(async () => (await import('../pages/incidents/incidents-page.js')).IncidentsPage)
const NotificationsPage = later(
  async () => (await import('../pages/notifications/notifications-page.js')).NotificationsPage,
)
const StatusPage = later(async () => (await import('../pages/status/status-page.js')).StatusPage)
const TrafficPage = later(async () => (await import('../pages/traffic/traffic-page.js')).TrafficPage)

function later<P extends object>(load: () => Promise<ComponentType<P>>) {
  return lazy(async () => ({ default: await load() }))
}

export function Routes() {
  return (
    <Suspense fallback={<Loading />}>
      <Pages />
    </Suspense>
  )
}

const PAGES: Record<Path, (params: { id?: string }) => ReactNode> = {
  '/': () => <HomePage />,
  '/devices': () => <DevicesPage />,
  '/devices/import': () => <ImportPage />,
  '/devices/snapshots': () => <SnapshotsPage />,
  '/devices/:id': ({ id = '' }) => <DevicePage key={id} id={id} />,
  '/traffic': () => <TrafficPage />,
  '/alerts': () => <AlertsPage />,
  '/alerts/:id': ({ id = '' }) => <AlertPage key={id} id={id} />,
  '/incidents': () => <IncidentsPage />,
  '/incidents/:id': ({ id = '' }) => <IncidentPage key={id} id={id} />,
  '/firewall': () => <FirewallPage />,
  '/status': () => <StatusPage />,
  '/status/notifications': () => <NotificationsPage />,
}

function Pages() {
  return (
    <Switch>
      <Route path="/login">
        <Redirect to="/" replace />
      </Route>
      {PATHS.map((path) => (
        <Route key={path} path={path}>
          {PAGES[path]}
        </Route>
      ))}
      <Route component={NotFoundPage} />
    </Switch>
  )
}

function NotFoundPage() {
  const { t } = useText()
  return (
    <PageHeader
      title={t('page.notFound')}
      actions={
        <Link href="/" className="button">
          {t('nav.overview')}
        </Link>
      }
    />
  )
}
