/** How NetWatcher itself is doing: daemon, sensors, storage, what is allowed, the API. */

import { Link } from 'wouter'
import { basePath } from '../../app/base-path.js'
import { useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { Card, PageHeader } from '../../components/card.js'
import { ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { CapabilitiesCard } from './capabilities-card.js'
import { DaemonCard } from './daemon-card.js'
import { GapsCard } from './gaps-card.js'
import { SensorsCard } from './sensors-card.js'
import { StorageCard } from './storage-card.js'
import { TablesCard } from './tables-card.js'
import { TokensCard } from './tokens-card.js'

export function StatusPage() {
  const { t } = useText()
  const { resource, daemon } = useStatus()
  const status = resource.data
  return (
    <>
      <PageHeader
        title={t('nav.status')}
        lead={t('status.lead')}
        actions={
          <Link href="/status/notifications" className="button">
            {t('notify.title')}
          </Link>
        }
      />
      <ErrorNotice error={resource.error} onRetry={resource.reload} />
      {!status && !resource.error && <Skeleton rows={6} />}
      {status && daemon && (
        <>
          <SensorsCard />
          <div className="grid">
            <div className="column">
              <DaemonCard status={status} daemon={daemon} />
              <TablesCard daemon={daemon} />
            </div>
            <div className="column">
              <StorageCard status={status} />
              <GapsCard count={status.storage.gaps} />
              <CapabilitiesCard daemon={daemon} />
              <TokensCard />
            </div>
            <Card title={t('api.title')} className="span-2">
              <p>{t('api.text')}</p>
              <p>
                <a href={`${basePath}/api/docs`}>/api/docs</a>,{' '}
                <a href={`${basePath}/api/openapi.json`}>/api/openapi.json</a>
              </p>
            </Card>
          </div>
        </>
      )}
    </>
  )
}
