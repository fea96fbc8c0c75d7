/** Asks once whether devices are to be remembered after they have left; gone when it is answered. */

import type { InventoryResponse } from '../../../contract/inventory-choice.js'
import { useApi, useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { ErrorNotice } from '../../components/notice.js'
import { useAction } from '../../hooks/use-action.js'
import { useResource } from '../../hooks/use-resource.js'

export function InventoryQuestion() {
  const { t } = useText()
  const api = useApi()
  const choice = useResource<InventoryResponse>('/api/inventory')
  const answer = useAction(async (inventory: 'on' | 'off') => {
    await api.post('/api/inventory', { inventory })
    choice.reload()
  })
  if (!choice.data || choice.data.inventory !== null) return null
  return (
    <Card title={t('inventory.question')}>
      <p>{t('inventory.explain')}</p>
      <ErrorNotice error={answer.error} />
      <div className="row">
        <button
          type="button"
          className="button primary"
          disabled={answer.isBusy}
          onClick={() => void answer.run('on')}
        >
          {t('inventory.on')}
        </button>
        <button
          type="button"
          className="button"
          disabled={answer.isBusy}
          onClick={() => void answer.run('off')}
        >
          {t('inventory.off')}
        </button>
      </div>
    </Card>
  )
}
