/** Pages and orders of lists. Columns come from a fixed table per list, never from the caller's text. */

export interface PageQuery {
  page: number
  pageSize: number
}

export interface Order {
  key: string
  isDescending: boolean
}

/** What callers may name, to the SQL terms that it means, the most significant first. */
export type Orders = Readonly<Record<string, readonly string[]>>

/** SQL for `ORDER BY …`. */
export function orderBy(orders: Orders, order: Order, tieBreaker: string): string {
  const terms = orders[order.key]
  if (terms === undefined) throw new RangeError(`no such order: ${order.key}`)
  const direction = order.isDescending ? 'DESC' : 'ASC'
  return `ORDER BY ${[...terms, tieBreaker].map((term) => `${term} ${direction}`).join(', ')}`
}

/** SQL for `ORDER BY … LIMIT … OFFSET …`. */
export function orderAndLimit(orders: Orders, order: Order, page: PageQuery, tieBreaker: string): string {
  const offset = (page.page - 1) * page.pageSize
  return `${orderBy(orders, order, tieBreaker)} LIMIT ${page.pageSize} OFFSET ${offset}`
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
