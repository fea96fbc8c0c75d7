/**
 * What a schema has against a value: the message of its issue is the rule of a
 * sentence of the catalogue (shared/src/catalogue/en/requests.ts), which the
 * answer says in the caller's language.
 */

import type { RequestRule } from '@netwatcher/shared'

export const says = (rule: RequestRule): string => rule
