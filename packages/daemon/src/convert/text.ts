/** Texts, and the state of tables, to and from their messages. */

import { NO_TEXT, type TableStatus, type Text } from '@netwatcher/shared'
import type {
  TableStatus as TableStatusMessage,
  Text as TextMessage,
} from '@netwatcher/shared/gen/netwatcher/v1/common'
import { checkCounter, checkRule, cleanText, limited, optional } from './checks.js'
import { wholeNumber } from './numbers.js'

const MAX_PARAMS = 16
const MAX_TABLES = 128

export function toText({ rule, params }: Text): TextMessage {
  return { rule, params: { ...params } }
}

/** Of a text and of a reason alike: a known form of rule, few figures, none of them long. */
export function checkText(text: Pick<TextMessage, 'rule' | 'params'> | undefined): Text {
  const { rule, params } = text ?? NO_TEXT
  const figures = limited(Object.entries(params), MAX_PARAMS, 'figures')
  const checked = figures.map(([name, value]) => [checkRule(name), cleanText(value)])
  return { rule: optional(rule, checkRule), params: Object.fromEntries(checked) }
}

export function toTable({ table, entries, capacity, evicted, refused }: TableStatus): TableStatusMessage {
  return {
    table,
    entries: wholeNumber(entries),
    capacity: wholeNumber(capacity),
    evicted: wholeNumber(evicted),
    refused: wholeNumber(refused),
  }
}

export function checkTables(tables: TableStatusMessage[]): TableStatus[] {
  return limited(tables, MAX_TABLES, 'tables').map((one) => ({
    table: checkRule(one.table),
    entries: checkCounter(one.entries),
    capacity: checkCounter(one.capacity),
    evicted: checkCounter(one.evicted),
    refused: checkCounter(one.refused),
  }))
}
