/** A titled region of a page. */

import { type ReactNode, useId } from 'react'
import { useTitle } from '../hooks/use-title.js'

export interface CardProps {
  title: string
  /** Shown at the right of the title. */
  actions?: ReactNode
  className?: string
  children: ReactNode
}

export function Card({ title, actions, className = '', children }: CardProps) {
  const headingId = useId()
  return (
    <section className={`card ${className}`} aria-labelledby={headingId}>
      <div className="card-head">
        <h2 id={headingId}>{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  )
}

export function PageHeader({ title, lead, actions }: { title: string; lead?: string; actions?: ReactNode }) {
  useTitle(title)
  return (
    <header className="page-head">
      <div>
        <h1>{title}</h1>
        {lead && <p className="lead">{lead}</p>}
      </div>
      {actions && <div className="row">{actions}</div>}
    </header>
  )
}

/** Names and values. */
export function Facts({ items }: { items: { name: string; value: ReactNode }[] }) {
  return (
    <dl className="facts">
      {items.map((item) => (
        <div key={item.name}>
          <dt>{item.name}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  )
}
