/** Scans that were kept on request: what was on the network at one moment. */

import { useState } from 'react'
import { Link } from 'wouter'
import type { Client, SnapshotResponse, SnapshotsResponse } from '../../../contract/clients.js'
import { useApi, useText } from '../../app/services.js'
import { Card, PageHeader } from '../../components/card.js'
import { DaemonButton } from '../../components/daemon-button.js'
import { type Column, DataTable, Pager } from '../../components/data-table.js'
import { MacLink } from '../../components/device-name.js'
import { Icon } from '../../components/icons.js'
import { Empty, ErrorNotice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { DateTime } from '../../components/time.js'
import { useAction } from '../../hooks/use-action.js'
import { useQueryState } from '../../hooks/use-query-state.js'
import { useResource } from '../../hooks/use-resource.js'
import { translateWord } from '../../i18n/language.js'

type Snapshot = SnapshotsResponse['snapshots'][number]

export function SnapshotsPage() {
  const { t, plural } = useText()
  const api = useApi()
  const query = useQueryState()
  const [openId, setOpenId] = useState<number | null>(null)
  const list = useResource<SnapshotsResponse>('/api/clients/history', { page: query.page, pageSize: 20 })
  const take = useAction(async () => {
    await api.post('/api/clients/persist', {})
    list.reload()
  })
  const columns: Column<Snapshot>[] = [
    { id: 'at', header: t('snapshots.takenAt'), cell: (one) => <DateTime atMs={one.takenAtMs} /> },
    { id: 'hosts', header: t('nav.devices'), cell: (one) => plural('snapshots.hosts', one.hosts) },
    {
      id: 'open',
      header: t('action.details'),
      align: 'end',
      cell: (one) => (
        <button
          type="button"
          className="button small"
          aria-expanded={openId === one.id}
          onClick={() => setOpenId(openId === one.id ? null : one.id)}
        >
          {t(openId === one.id ? 'action.hide' : 'action.show')}
        </button>
      ),
    },
  ]
  return (
    <>
      <p className="back">
        <Link href="/devices">
          <Icon name="arrowLeft" size={16} /> {t('nav.devices')}
        </Link>
      </p>
      <PageHeader
        title={t('snapshots.title')}
        lead={t('snapshots.lead')}
        actions={
          <DaemonButton className="button primary" disabled={take.isBusy} onClick={() => void take.run()}>
            {t(take.isBusy ? 'snapshots.taking' : 'snapshots.take')}
          </DaemonButton>
        }
      />
      <ErrorNotice error={take.error ?? list.error} />
      {!list.data && !list.error && <Skeleton rows={6} />}
      {list.data?.total === 0 && (
        <Empty icon="devices" title={t('snapshots.none')} text={t('snapshots.noneHint')} />
      )}
      {list.data && list.data.total > 0 && (
        <section className="card flush">
          <DataTable
            caption={t('snapshots.title')}
            columns={columns}
            rows={list.data.snapshots}
            rowKey={(one) => String(one.id)}
          />
          <Pager page={list.data} query={query} />
        </section>
      )}
      {openId !== null && <SnapshotCard id={openId} />}
    </>
  )
}

function SnapshotCard({ id }: { id: number }) {
  const translator = useText()
  const { t } = translator
  const { data, error } = useResource<SnapshotResponse>(`/api/clients/history/${id}`)
  const columns: Column<Client>[] = [
    { id: 'ip', header: t('device.address'), cell: (client) => <span className="mono">{client.ip}</span> },
    { id: 'mac', header: 'MAC', cell: (client) => (client.mac ? <MacLink mac={client.mac} /> : '–') },
    {
      id: 'name',
      header: t('device.name'),
      priority: 2,
      cell: (client) => client.hostname ?? client.vendor ?? '–',
    },
    {
      id: 'evidence',
      header: t('device.evidence'),
      priority: 3,
      cell: (client) => translateWord(translator, 'evidence', client.evidence),
    },
  ]
  return (
    <Card title={t('snapshots.single')}>
      <ErrorNotice error={error} />
      {data && (
        <>
          <p className="muted">
            <DateTime atMs={data.takenAtMs} />
          </p>
          <DataTable
            caption={t('snapshots.single')}
            columns={columns}
            rows={data.clients}
            rowKey={(client) => `${client.site} ${client.interface} ${client.ip}`}
          />
        </>
      )}
    </Card>
  )
}
