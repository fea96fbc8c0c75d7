/** How much is stored, for how long, and whether anything was lost on the way. */

import type { StatusResponse } from '../../../contract/status.js'
import { useText } from '../../app/services.js'
import { Card, Facts } from '../../components/card.js'
import { Notice } from '../../components/notice.js'
import { formatBytes, formatCount } from '../../format/bytes.js'
import { formatDateTime, formatDuration } from '../../format/time.js'

export function StorageCard({ status }: { status: StatusResponse }) {
  const { t, plural, language } = useText()
  const { storage } = status
  const used = t('storage.usedValue', {
    used: formatBytes(storage.databaseBytes, language),
    budget: formatBytes(storage.budgetBytes, language),
  })
  return (
    <Card title={t('storage.title')}>
      {storage.error && <Notice tone="critical">{storage.error}</Notice>}
      {storage.warning && <Notice tone="warning">{storage.warning}</Notice>}
      {storage.losses.map(({ path, atMs, detail }) => (
        <Notice key={path} tone="critical">
          {formatDateTime(atMs, language)}: {detail}
        </Notice>
      ))}
      {storage.heldBackMs > 0 && (
        <Notice tone="warning">
          {t('storage.heldBack', { ahead: formatDuration(storage.heldBackMs, language) })}
        </Notice>
      )}
      {storage.implausibleRows > 0 && (
        <Notice tone="warning">{plural('storage.implausible', storage.implausibleRows)}</Notice>
      )}
      {storage.setAsideRows > 0 && (
        <Notice tone="warning">{plural('storage.setAside', storage.setAsideRows)}</Notice>
      )}
      {storage.gaps > 0 && <Notice tone="warning">{plural('storage.gaps', storage.gaps)}</Notice>}
      <meter
        min={0}
        max={Math.max(1, storage.budgetBytes)}
        value={storage.databaseBytes}
        aria-label={t('storage.used')}
      />
      <Facts
        items={[
          { name: t('storage.used'), value: used },
          { name: t('storage.retention'), value: plural('storage.days', storage.retentionDays) },
          { name: t('nav.devices'), value: formatCount(storage.devices, language) },
          { name: t('storage.trafficRows'), value: formatCount(storage.trafficRows, language) },
          { name: t('nav.alerts'), value: formatCount(storage.alerts, language) },
        ]}
      />
    </Card>
  )
}
