/** What was planned, applied, kept, taken back and refused, and what was changed about watching; newest first. */

import type { AuditResponse } from '../../../contract/firewall.js'
import { useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { type Column, DataTable } from '../../components/data-table.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { DateTime } from '../../components/time.js'
import type { Resource } from '../../hooks/use-resource.js'
import { translateWord } from '../../i18n/language.js'

type Entry = AuditResponse['entries'][number]

export function AuditCard({ audit }: { audit: Resource<AuditResponse> }) {
  const translator = useText()
  const { t } = translator
  const columns: Column<Entry>[] = [
    {
      id: 'action',
      header: t('audit.action'),
      cell: (entry) => (
        <>
          {translateWord(translator, 'audit', entry.action)}
          {entry.verb !== '' && `: ${translateWord(translator, 'audit', entry.verb)}`}
          {entry.count > 1 && ` ×${entry.count}`}
          <span className="sub only-narrow">
            <DateTime atMs={entry.atMs} />
          </span>
        </>
      ),
    },
    {
      id: 'target',
      header: t('firewall.target'),
      cell: (entry) => <span className="mono">{entry.targets.join(', ')}</span>,
    },
    { id: 'detail', header: t('action.details'), priority: 2, cell: (entry) => entry.detail },
    { id: 'at', header: t('audit.at'), priority: 2, cell: (entry) => <DateTime atMs={entry.atMs} /> },
  ]
  return (
    <Card title={t('audit.title')}>
      <ErrorNotice error={audit.data ? null : audit.error} />
      {audit.data?.entries.length === 0 && (
        <Empty icon="firewall" title={t('audit.none')} text={t('audit.noneHint')} />
      )}
      {audit.data && audit.data.entries.length > 0 && (
        <DataTable
          caption={t('audit.title')}
          columns={columns}
          rows={audit.data.entries}
          rowKey={(entry) =>
            `${entry.atMs} ${entry.action} ${entry.blockId} ${entry.targets} ${entry.detail}`
          }
        />
      )}
    </Card>
  )
}
