/** /api/inventory: whether devices are remembered after they have left. */

import { z } from 'zod'

const choice = z.enum(['on', 'off'])
export type InventoryChoice = z.infer<typeof choice>

export const inventoryBody = z.strictObject({ inventory: choice })

export const inventorySchema = z.object({
  inventory: choice
    .nullable()
    .describe(
      'null: nobody has been asked; until it is on, a device is forgotten a day after it was last seen',
    ),
})
export type InventoryResponse = z.infer<typeof inventorySchema>
