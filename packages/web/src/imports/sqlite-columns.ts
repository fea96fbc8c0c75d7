/**
 * Names of the columns that a CREATE TABLE statement declares, in the order in which
 * a row holds them (https://www.sqlite.org/lang_createtable.html). Constraints of
 * the table come after its columns and begin with a word of their own.
 */

const MAX_STATEMENT = 20_000
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"]|"")*"|'(?:[^']|'')*'|`(?:[^`]|``)*`|\[[^\]]*\]|[(),]|[^\s"'`[\](),]+/g
const CONSTRAINT = /^(?:constraint|primary|unique|check|foreign)$/i

/** Null for what is not an ordinary table of rows: virtual ones, and those without row ids. */
export function columnsOf(sql: string): string[] | null {
  if (sql.length > MAX_STATEMENT || !/^\s*create\s+table\b/i.test(sql)) return null
  const tokens = (sql.match(TOKEN) ?? []).filter(
    (token) => !token.startsWith('--') && !token.startsWith('/*'),
  )
  const open = tokens.indexOf('(')
  if (open < 0) return null
  const columns: string[] = []
  let depth = 1
  let isFirst = true
  for (const [i, token] of tokens.slice(open + 1).entries()) {
    if (token === '(') depth++
    else if (token === ')') depth--
    if (depth === 0) return /\bwithout\b/i.test(tokens.slice(open + i + 2).join(' ')) ? null : columns
    if (isFirst && CONSTRAINT.test(token)) return isWithoutRowIds(tokens) ? null : columns
    if (isFirst) columns.push(plain(token))
    isFirst = depth === 1 && token === ','
  }
  return null
}

function isWithoutRowIds(tokens: readonly string[]): boolean {
  return /^without$/i.test(tokens.at(-2) ?? '') && /^rowid$/i.test(tokens.at(-1) ?? '')
}

function plain(token: string): string {
  if (/^["'`]/.test(token)) return token.slice(1, -1).replaceAll(token.charAt(0).repeat(2), token.charAt(0))
  return token.startsWith('[') ? token.slice(1, -1) : token
}
