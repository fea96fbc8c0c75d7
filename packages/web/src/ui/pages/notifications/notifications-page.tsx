/** By what a person is told outside the page, whether that works, and a drill of the whole way. */

import { Link } from 'wouter'
import { useText } from '../../app/services.js'
import { PageHeader } from '../../components/card.js'
import { Icon } from '../../components/icons.js'
import { ChannelsCard } from './channels-card.js'
import { DrillCard } from './drill-card.js'

export function NotificationsPage() {
  const { t } = useText()
  return (
    <>
      <p className="back">
        <Link href="/status">
          <Icon name="arrowLeft" size={16} /> {t('nav.status')}
        </Link>
      </p>
      <PageHeader title={t('notify.title')} lead={t('notify.lead')} />
      <div className="grid">
        <ChannelsCard />
        <DrillCard />
      </div>
    </>
  )
}
