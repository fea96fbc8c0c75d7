/**
 * What is to be done once, as a list that can be put away. Whether a step is
 * done is asked of the API, so that it is true whoever has done it, and where.
 */

import { type ReactNode, useEffect, useState } from 'react'
import { Link } from 'wouter'
import { useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { Card } from '../../components/card.js'
import { Icon } from '../../components/icons.js'
import { Vantage } from '../../components/vantage.js'
import { readPreference, usePreference } from '../../hooks/use-preference.js'
import { NewcomersTable } from './newcomers-table.js'
import { RouterStep } from './router-step.js'
import { useSetupState } from './use-setup-state.js'

const STEPS = ['watch', 'scan', 'devices', 'router', 'notify', 'drill'] as const
type Step = (typeof STEPS)[number]

export function FirstRun() {
  const { t } = useText()
  const [choice, choose] = usePreference('first_run', () => readPreference('first_run') ?? 'shown')
  const state = useSetupState()
  const done = STEPS.filter((step) => state?.done[step])
  const isThrough = done.length === STEPS.length
  // A newcomer or a daemon that is away does not bring it back.
  useEffect(() => {
    if (isThrough) choose('dismissed')
  }, [isThrough, choose])
  if (choice === 'dismissed' || state === null || isThrough) return null
  return (
    <Card
      title={t('first.title')}
      className="first-run"
      actions={
        <span className="row">
          <span className="muted">{t('first.progress', { done: done.length, all: STEPS.length })}</span>
          <button type="button" className="button small" onClick={() => choose('dismissed')}>
            {t('first.dismiss')}
          </button>
        </span>
      }
    >
      <ol className="setup">
        <SetupStep step="watch" isDone={state.done.watch}>
          <WhatIsSeen />
        </SetupStep>
        <SetupStep step="scan" isDone={state.done.scan} />
        <SetupStep step="devices" isDone={state.done.devices}>
          <NewcomersTable />
        </SetupStep>
        <SetupStep step="router" isDone={state.done.router}>
          <RouterStep routers={state.routers} />
        </SetupStep>
        <SetupStep step="notify" isDone={state.done.notify}>
          <Link href="/status/notifications" className="button">
            {t('notify.title')}
          </Link>
        </SetupStep>
        <SetupStep step="drill" isDone={state.done.drill}>
          <Link href="/status/notifications" className="button">
            {t('drill.title')}
          </Link>
        </SetupStep>
      </ol>
    </Card>
  )
}

interface SetupStepProps {
  step: Step
  isDone: boolean
  /** How to do it; hidden until it is asked for, and for what is done. */
  children?: ReactNode
}

function SetupStep({ step, isDone, children }: SetupStepProps) {
  const { t } = useText()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <li className={isDone ? 'is-done' : ''}>
      <span className="setup-mark">
        {isDone && <Icon name="check" size={16} />}
        <span className="visually-hidden">{t(isDone ? 'first.done' : 'first.open')}</span>
      </span>
      <div className="grow">
        <p className="row">
          <strong>{t(`first.${step}`)}</strong>
          {children && (
            <button
              type="button"
              className="link"
              aria-expanded={isOpen}
              aria-label={`${t(isOpen ? 'action.hide' : 'action.show')}: ${t(`first.${step}`)}`}
              onClick={() => setIsOpen(!isOpen)}
            >
              {t(isOpen ? 'action.hide' : 'action.show')}
            </button>
          )}
        </p>
        <p className="muted">{t(`first.${step}Text`)}</p>
        {isOpen && children}
      </div>
    </li>
  )
}

function WhatIsSeen() {
  const { sensors } = useStatus()
  return sensors.map((sensor) => <Vantage key={sensor.interface} sensor={sensor} />)
}
