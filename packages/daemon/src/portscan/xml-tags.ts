/**
 * Cuts XML into tags as it arrives: as much of the format as nmap writes
 * (double quotes, the five named entities and numeric ones, no CDATA), and
 * nothing besides: what does not fit is an error. Text between tags is skipped.
 */

export interface XmlTag {
  name: string
  attributes: ReadonlyMap<string, string>
  isOpening: boolean
  isClosing: boolean
}

export class XmlError extends Error {}

/** nmap's longest is the list of scanned ports, about 4 KiB for 1000. */
const MAX_TAG_CHARACTERS = 64 * 1024
const NAME = /[A-Za-z_][\w.:-]*/y
const ATTRIBUTE = /\s+([A-Za-z_][\w.:-]*)="([^"<]*)"/y
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));|&/g
const NAMED = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])
/** Markup that is skipped, by how it begins, with how it ends. */
const SKIPPED: readonly [string, string][] = [
  ['<!--', '-->'],
  ['<?', '?>'],
  ['<!', '>'],
]

export class XmlTags {
  private rest = ''

  constructor(private readonly onTag: (tag: XmlTag) => void) {}

  /** Throws XmlError, after which nothing more may be pushed. */
  push(text: string): void {
    this.rest += text
    for (;;) {
      const start = this.rest.indexOf('<')
      // Long text between tags is not kept either.
      this.rest = start < 0 ? '' : this.rest.slice(start)
      const end = endOfMarkup(this.rest)
      if (end < 0) break
      const markup = this.rest.slice(0, end)
      this.rest = this.rest.slice(end)
      if (!SKIPPED.some(([opening]) => markup.startsWith(opening))) this.onTag(parseTag(markup))
    }
    if (this.rest.length > MAX_TAG_CHARACTERS) throw new XmlError('a tag is too long')
  }
}

/** Index behind the markup at the start of `text`; -1 when it is not complete. */
function endOfMarkup(text: string): number {
  // `<!-` may still become a comment.
  if (text.length < 4) return -1
  const skipped = SKIPPED.find(([opening]) => text.startsWith(opening))
  if (skipped) {
    const [opening, closing] = skipped
    const index = text.indexOf(closing, opening.length)
    return index < 0 ? -1 : index + closing.length
  }
  let isQuoted = false
  for (let i = 1; i < text.length; i++) {
    if (text[i] === '"') isQuoted = !isQuoted
    else if (text[i] === '>' && !isQuoted) return i + 1
  }
  return -1
}

function parseTag(markup: string): XmlTag {
  const isClosing = markup.startsWith('</')
  const isEmpty = markup.endsWith('/>')
  NAME.lastIndex = isClosing ? 2 : 1
  const name = NAME.exec(markup)?.[0]
  if (name === undefined) throw new XmlError('a tag has no name')
  const attributes = new Map<string, string>()
  let end = NAME.lastIndex
  for (ATTRIBUTE.lastIndex = end; ; end = ATTRIBUTE.lastIndex) {
    const match = ATTRIBUTE.exec(markup)
    if (!match) break
    const [, attribute = '', value = ''] = match
    if (attributes.has(attribute)) throw new XmlError(`${attribute} is given twice`)
    attributes.set(attribute, decodeEntities(value))
  }
  const expectedEnd = markup.slice(end).trim()
  if (expectedEnd !== (isEmpty ? '/>' : '>')) throw new XmlError(`<${name}> is not well-formed`)
  return { name, attributes, isOpening: !isClosing, isClosing: isClosing || isEmpty }
}

function decodeEntities(value: string): string {
  return value.replace(ENTITY, (entity, decimal?: string, hexadecimal?: string, named?: string) => {
    if (named !== undefined) return NAMED.get(named) ?? ''
    if (decimal === undefined && hexadecimal === undefined) throw new XmlError('an entity is not known')
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal)
    if (code > 0x10ffff) throw new XmlError(`${entity} is no character`)
    return String.fromCodePoint(code)
  })
}
