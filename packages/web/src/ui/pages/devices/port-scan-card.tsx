/** Asks the daemon which services a device offers (nmap with fixed arguments); only where that is allowed. */

import { useState } from 'react'
import type { Device } from '../../../contract/devices.js'
import type { PortScanResponse } from '../../../contract/portscan.js'
import { useApi, useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { Card } from '../../components/card.js'
import { DaemonButton } from '../../components/daemon-button.js'
import { type Column, DataTable } from '../../components/data-table.js'
import { Segments } from '../../components/fields.js'
import { ErrorNotice, Notice } from '../../components/notice.js'
import { useAction } from '../../hooks/use-action.js'

type Port = PortScanResponse['ports'][number]

export function PortScanCard({ device }: { device: Device }) {
  const { t } = useText()
  const api = useApi()
  const { daemon } = useStatus()
  const capability = daemon?.connected
    ? daemon.capabilities.find((one) => one.name === 'port_scan')
    : undefined
  const [profile, setProfile] = useState('quick')
  const [result, setResult] = useState<PortScanResponse | null>(null)
  const ip = device.addresses.find((address) => !address.ip.includes(':'))?.ip ?? device.addresses[0]?.ip
  const scan = useAction(async () =>
    setResult(await api.post<PortScanResponse>('/api/portscan', { ip, profile })),
  )
  // Elsewhere somebody else may have that address.
  if (!capability || !ip || daemon?.site !== device.site) return null
  return (
    <Card title={t('ports.title')}>
      {!capability.isEnabled ? (
        <p className="muted">
          {t('ports.disabled')} {capability.detail}
        </p>
      ) : (
        <div className="row">
          <Segments
            label={t('ports.profile')}
            value={profile}
            options={[
              { value: 'quick', label: t('ports.quick') },
              { value: 'services', label: t('ports.services') },
            ]}
            onChange={setProfile}
          />
          <DaemonButton className="button" disabled={scan.isBusy} onClick={() => void scan.run()}>
            {t(scan.isBusy ? 'ports.running' : 'ports.start')}
          </DaemonButton>
        </div>
      )}
      <ErrorNotice error={scan.error} />
      {result && <Ports result={result} />}
    </Card>
  )
}

function Ports({ result }: { result: PortScanResponse }) {
  const { t } = useText()
  const columns: Column<Port>[] = [
    {
      id: 'port',
      header: t('ports.port'),
      cell: (port) => (
        <span className="mono">
          {port.number}/{port.protocol}
        </span>
      ),
    },
    { id: 'state', header: t('ports.state'), cell: (port) => port.state },
    { id: 'service', header: t('ports.service'), cell: (port) => `${port.service} ${port.version}`.trim() },
  ]
  return (
    <div role="status">
      {result.ports.length > 0 && (
        <DataTable
          caption={t('ports.title')}
          columns={columns}
          rows={result.ports}
          rowKey={(port) => `${port.protocol}${port.number}`}
        />
      )}
      <Notice tone="neutral">{result.summary || t('ports.none')}</Notice>
    </div>
  )
}
