/** Holds the place of what is still being fetched, so that nothing jumps and no zero is shown that is none. */

import { useText } from '../app/services.js'

export function Skeleton({ rows = 3 }: { rows?: number }) {
  const { t } = useText()
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden loading">{t('state.loading')}</span>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <span key={index} className="bone" aria-hidden="true" />
      ))}
    </div>
  )
}
