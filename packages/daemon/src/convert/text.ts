/** Texts to their messages. */

import type { Text } from '@netwatcher/shared'

export function copyText({ rule, params }: Text) {
  return { rule, params: { ...params } }
}
