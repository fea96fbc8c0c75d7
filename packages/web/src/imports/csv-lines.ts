/** Reads CSV (RFC 4180): quoted cells may hold commas, quotes and line ends. */

export interface CsvLine {
  /** Counted from 1. */
  line: number
  cells: string[]
}

export function* csvLines(text: string, separator = ','): Generator<CsvLine> {
  let cells: string[] = []
  let cell = ''
  let isQuoted = false
  let line = 1
  let startLine = 1
  const end = (): CsvLine => {
    const done = { line: startLine, cells: [...cells, cell] }
    cells = []
    cell = ''
    return done
  }
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? ''
    if (c === '\n') line++
    if (isQuoted) {
      if (c !== '"') cell += c
      else if (text[i + 1] === '"') {
        cell += '"'
        i++
      } else isQuoted = false
    } else if (c === '"' && cell === '') isQuoted = true
    else if (c === separator) {
      cells.push(cell)
      cell = ''
    } else if (c === '\n') {
      yield end()
      startLine = line
    } else if (c !== '\r') cell += c
  }
  if (cell !== '' || cells.length > 0) yield end()
}
