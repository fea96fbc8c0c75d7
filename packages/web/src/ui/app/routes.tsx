/** Which page is at which address. */

import { Link, Redirect, Route, Switch } from 'wouter'
import { PageHeader } from '../components/card.js'
import { AlertPage } from '../pages/alerts/alert-page.js'
import { AlertsPage } from '../pages/alerts/alerts-page.js'
import { DevicePage } from '../pages/devices/device-page.js'
import { DevicesPage } from '../pages/devices/devices-page.js'
import { SnapshotsPage } from '../pages/devices/snapshots-page.js'
import { FirewallPage } from '../pages/firewall/firewall-page.js'
import { IncidentPage } from '../pages/incidents/incident-page.js'
import { IncidentsPage } from '../pages/incidents/incidents-page.js'
import { NotificationsPage } from '../pages/notifications/notifications-page.js'
import { OverviewPage } from '../pages/overview/overview-page.js'
import { StatusPage } from '../pages/status/status-page.js'
import { TrafficPage } from '../pages/traffic/traffic-page.js'
import { useText } from './services.js'

export function Routes() {
  return (
    <Switch>
      <Route path="/" component={OverviewPage} />
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
