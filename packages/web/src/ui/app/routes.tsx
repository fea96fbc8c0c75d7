/** Which page is at which address. */

import { type ComponentType, lazy, Suspense } from 'react'
import { Link, Redirect, Route, Switch } from 'wouter'
import { PageHeader } from '../components/card.js'
import { Loading } from '../components/notice.js'
import { HomePage } from '../pages/home/home-page.js'
import { useText } from './services.js'

// Home comes with the application, each other page when it is first opened.
const AlertPage = later(async () => (await import('../pages/alerts/alert-page.js')).AlertPage)
const AlertsPage = later(async () => (await import('../pages/alerts/alerts-page.js')).AlertsPage)
const DevicePage = later(async () => (await import('../pages/devices/device-page.js')).DevicePage)
const DevicesPage = later(async () => (await import('../pages/devices/devices-page.js')).DevicesPage)
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

function Pages() {
  return (
    <Switch>
      <Route path="/" component={HomePage} />
      <Route path="/login">
        <Redirect to="/" replace />
      </Route>
      <Route path="/devices" component={DevicesPage} />
      <Route path="/devices/snapshots" component={SnapshotsPage} />
      <Route path="/devices/:id">{({ id }) => <DevicePage key={id} id={id} />}</Route>
      <Route path="/traffic" component={TrafficPage} />
      <Route path="/alerts" component={AlertsPage} />
      <Route path="/alerts/:id">{({ id }) => <AlertPage key={id} id={id} />}</Route>
      <Route path="/incidents" component={IncidentsPage} />
      <Route path="/incidents/:id">{({ id }) => <IncidentPage key={id} id={id} />}</Route>
      <Route path="/firewall" component={FirewallPage} />
      <Route path="/status" component={StatusPage} />
      <Route path="/status/notifications" component={NotificationsPage} />
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
