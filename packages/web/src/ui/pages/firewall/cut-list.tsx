/** What the rules of a plan would have stopped in the last seven days. */

import type { CutResponse } from '../../../contract/firewall.js'
import { useText } from '../../app/services.js'
import { type Column, DataTable } from '../../components/data-table.js'
import { Age } from '../../components/time.js'
import { formatBytes } from '../../format/bytes.js'

type Conversation = CutResponse['conversations'][number]

export function CutList({ cut }: { cut: CutResponse }) {
  const { t, plural, language } = useText()
  const bytes = formatBytes(cut.txBytes + cut.rxBytes, language)
  const columns: Column<Conversation>[] = [
    {
      id: 'who',
      header: t('cut.who'),
      cell: ({ deviceName, deviceIp, device }) => (
        <Named name={deviceName} address={deviceIp || (device ?? '')} />
      ),
    },
    {
      id: 'with',
      header: t('cut.with'),
      cell: ({ remoteName, remoteIp }) => <Named name={remoteName} address={remoteIp} />,
    },
    {
      id: 'protocol',
      header: t('traffic.protocol'),
      priority: 2,
      cell: ({ protocol, port }) => (port > 0 ? `${protocol} ${port}` : protocol),
    },
    {
      id: 'bytes',
      header: t('traffic.total'),
      align: 'end',
      cell: ({ txBytes, rxBytes }) => formatBytes(txBytes + rxBytes, language),
    },
    { id: 'last', header: t('cut.last'), cell: ({ lastSeenMs }) => <Age atMs={lastSeenMs} /> },
  ]
  return (
    <>
      <h3>{t('cut.title')}</h3>
      {cut.total === 0 ? (
        <p className="muted">{t('cut.none')}</p>
      ) : (
        <>
          <p>{plural('cut.sum', cut.total, { bytes })}</p>
          <DataTable
            caption={t('cut.title')}
            columns={columns}
            rows={cut.conversations}
            rowKey={({ device, deviceIp, remoteIp, protocol, port }) =>
              [device, deviceIp, remoteIp, protocol, port].join()
            }
          />
        </>
      )}
    </>
  )
}

function Named({ name, address }: { name: string | null; address: string }) {
  if (name === null) return <span className="mono">{address}</span>
  return (
    <>
      {name} <span className="sub mono">{address}</span>
    </>
  )
}
