/** Pages and orders of lists. Columns come from a fixed table per list, never from the caller's text. */

export interface PageQuery {
  page: number
  pageSize: number
}

export interface Order {
  key: string
  isDescending: boolean
}

/** SQL for `ORDER BY … LIMIT … OFFSET …`; `columns` maps what callers may name to SQL. */
export function orderAndLimit(
  columns: Readonly<Record<string, string>>,
  order: Order,
  page: PageQuery,
  tieBreaker: string,
): string {
  const column = columns[order.key]
  if (column === undefined) throw new RangeError(`no such order: ${order.key}`)
  const direction = order.isDescending ? 'DESC' : 'ASC'
  const offset = (page.page - 1) * page.pageSize
  return `ORDER BY ${column} ${direction}, ${tieBreaker} ${direction} LIMIT ${page.pageSize} OFFSET ${offset}`
}

/** Conditions with their parameters, joined by AND. */
export class Where {
  private readonly conditions: string[] = []
  readonly parameters: unknown[] = []

  add(condition: string, ...parameters: unknown[]): this {
    this.conditions.push(condition)
    this.parameters.push(...parameters)
    return this
  }

  get isEmpty(): boolean {
    return this.conditions.length === 0
  }

  toString(): string {
    return this.isEmpty ? '' : `WHERE ${this.conditions.join(' AND ')}`
  }
}

/** For `LIKE ? ESCAPE '\'`: the text anywhere, its own wildcards taken literally. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, (c) => `\\${c}`)}%`
}
