/** Notes within the page: nothing here yet, something failed, mind this. */

import type { ReactNode } from 'react'
import type { ApiError } from '../api/problem.js'
import { useText } from '../app/services.js'
import type { Tone } from './badge.js'
import { Icon, type IconName } from './icons.js'

const ICONS: Record<Tone, IconName> = {
  neutral: 'info',
  ok: 'check',
  info: 'info',
  warning: 'warning',
  critical: 'warning',
}

export function Notice({ tone = 'info', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <div className={`notice tone-${tone}`}>
      <span className="notice-icon">
        <Icon name={ICONS[tone]} />
      </span>
      <div>{children}</div>
    </div>
  )
}

/** An error of the API in words; announced when it appears. */
export function ErrorNotice({ error, onRetry }: { error: ApiError | null; onRetry?: () => void }) {
  const { t } = useText()
  if (!error) return null
  return (
    <div role="alert">
      <Notice tone="critical">
        <p>{describeError(error, t('error.unreachable'))}</p>
        {error.problem.errors?.map((field) => (
          <p key={field.path}>
            <code>{field.path}</code>: {field.message}
          </p>
        ))}
        {onRetry && (
          <button type="button" className="button small" onClick={onRetry}>
            {t('action.retry')}
          </button>
        )}
      </Notice>
    </div>
  )
}

function describeError(error: ApiError, unreachableText: string): string {
  if (error.status === 0) return unreachableText
  return error.problem.detail || error.problem.title
}

export interface EmptyProps {
  icon: IconName
  title: string
  text?: string
  children?: ReactNode
}

export function Empty({ icon, title, text, children }: EmptyProps) {
  return (
    <div className="empty">
      <Icon name={icon} size={36} />
      <p className="empty-title">{title}</p>
      {text && <p>{text}</p>}
      {children}
    </div>
  )
}

export function Loading() {
  const { t } = useText()
  return (
    <p className="loading" role="status">
      {t('state.loading')}
    </p>
  )
}
