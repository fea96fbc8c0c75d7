/** Every watched interface: running or not, what it counted and lost, and what it sees from its place. */

import type { SensorStatus, SnifferStatus } from '../../../contract/sniff.js'
import { useServices, useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { Card, Facts } from '../../components/card.js'
import { DaemonButton } from '../../components/daemon-button.js'
import { NoSensors } from '../../components/no-sensors.js'
import { ErrorNotice, Notice } from '../../components/notice.js'
import { Age } from '../../components/time.js'
import { Vantage } from '../../components/vantage.js'
import { formatBytes, formatCount, formatPercent } from '../../format/bytes.js'
import { formatDuration } from '../../format/time.js'
import { useAction } from '../../hooks/use-action.js'
import { useNow } from '../../hooks/use-now.js'

export function SensorsCard() {
  const { t } = useText()
  const { sensors } = useStatus()
  const { run, isBusy, error } = useSnifferAction()
  const isNoneRunning = sensors.every((sensor) => sensor.state === 'stopped')
  return (
    <Card
      title={t('sensors.title')}
      actions={
        isNoneRunning && (
          <DaemonButton
            className="button primary"
            disabled={isBusy}
            onClick={() => void run('start', undefined)}
          >
            {t('sensors.startAll')}
          </DaemonButton>
        )
      }
    >
      <ErrorNotice error={error} />
      {sensors.length === 0 && <NoSensors />}
      {sensors.map((sensor) => (
        <article key={sensor.interface} className="sensor" aria-label={sensor.interface}>
          <SensorHead sensor={sensor} isBusy={isBusy} run={run} />
          <SensorFacts sensor={sensor} />
        </article>
      ))}
    </Card>
  )
}

type Verb = 'start' | 'stop'

function useSnifferAction() {
  const { api, live } = useServices()
  return useAction(async (verb: Verb, name: string | undefined) => {
    const body = name === undefined ? {} : { interface: name }
    const status = await api.post<SnifferStatus>(`/api/sniff/${verb}`, body)
    for (const sensor of status.sensors) live.push({ type: 'sensor', sensor })
  })
}

interface SensorHeadProps {
  sensor: SensorStatus
  isBusy: boolean
  run: (verb: Verb, name: string) => Promise<boolean>
}

function SensorHead({ sensor, isBusy, run }: SensorHeadProps) {
  const { t, language } = useText()
  const nowMs = useNow(5000) + useStatus().clockOffsetMs
  const verb = sensor.state === 'stopped' ? 'start' : 'stop'
  const learningMs = sensor.learningUntilMs - nowMs
  return (
    <>
      <div className="sensor-head">
        <Vantage sensor={sensor} />
        <DaemonButton
          className="button small"
          aria-label={t(`sensor.${verb}Label`, { interface: sensor.interface })}
          disabled={isBusy}
          onClick={() => void run(verb, sensor.interface)}
        >
          {t(`sensor.${verb}`)}
        </DaemonButton>
      </div>
      {sensor.detail && (
        <Notice tone={sensor.state === 'retrying' ? 'warning' : 'neutral'}>{sensor.detail}</Notice>
      )}
      {sensor.state === 'running' && learningMs > 0 && (
        <Notice tone="neutral">{t('sensor.learning', { time: formatDuration(learningMs, language) })}</Notice>
      )}
    </>
  )
}

function SensorFacts({ sensor }: { sensor: SensorStatus }) {
  const { t, language } = useText()
  const count = (value: number) => formatCount(value, language)
  const helloSentence = (hellos: SensorStatus['hellos']) => {
    const all = Object.values(hellos).reduce((sum, value) => sum + value, 0)
    const share = formatPercent(hellos.named + hellos.veiled, all, language)
    return t('sensor.hellosValue', {
      all: count(all),
      share,
      veiled: count(hellos.veiled),
      split: count(hellos.split),
    })
  }
  const lost = sensor.dropped + sensor.interfaceDropped
  const coverage =
    sensor.kernelPackets > 0
      ? formatPercent(Math.min(sensor.packets, sensor.kernelPackets), sensor.kernelPackets, language)
      : '–'
  return (
    <Facts
      items={[
        {
          name: t('sensor.counted'),
          value: t('sensor.countedValue', {
            packets: count(sensor.packets),
            bytes: formatBytes(sensor.bytes, language),
          }),
        },
        {
          name: t('sensor.dropped'),
          value: (
            <span className={lost > 0 ? 'is-error' : ''}>
              {count(lost)} ({formatPercent(lost, sensor.packets + lost, language)})
            </span>
          ),
        },
        { name: t('sensor.coverage'), value: coverage },
        { name: t('sensor.malformed'), value: count(sensor.malformed) },
        {
          name: t('sensor.flows'),
          value: t('sensor.flowsValue', { used: sensor.flows, capacity: sensor.flowCapacity }),
        },
        { name: t('sensor.overflowed'), value: count(sensor.overflowed) },
        { name: t('sensor.foreign'), value: count(sensor.foreignUnicast) },
        { name: t('sensor.probes'), value: count(sensor.probesSent) },
        { name: t('sensor.hellos'), value: helloSentence(sensor.hellos) },
        ...sensor.decoys.map(({ ip, state, claimant }) => ({
          name: t('sensor.decoy', { ip }),
          value: t(`sensor.decoy.${state}`, { mac: claimant }),
        })),
        {
          name: t('status.process'),
          value: t('sensor.processValue', { pid: String(sensor.pid), uid: String(sensor.uid) }),
        },
        { name: t('status.memory'), value: formatBytes(sensor.rssBytes, language) },
        { name: t('sensor.restarts'), value: count(sensor.restarts) },
        { name: t('status.since'), value: <Age atMs={sensor.startedMs} /> },
      ]}
    />
  )
}
