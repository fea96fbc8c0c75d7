import fc from 'fast-check'
import { expect, test } from 'vitest'
import { XmlError, type XmlTag, XmlTags } from './xml-tags.js'

function parse(...chunks: string[]): XmlTag[] {
  const tags: XmlTag[] = []
  const reader = new XmlTags((tag) => tags.push(tag))
  for (const chunk of chunks) reader.push(chunk)
  return tags
}

const DOCUMENT = `<?xml version="1.0"?><!DOCTYPE nmaprun><!-- a > b <port> -->
<host a="1"><state x="&lt;&#45;&amp;&quot;&#x41;&apos;" y="a>b" />text</host>`

test('tags, attributes and entities; everything else is skipped', () => {
  const tags = parse(DOCUMENT).map(({ name, attributes, isOpening, isClosing }) => {
    return [name, Object.fromEntries(attributes), isOpening, isClosing]
  })
  expect(tags).toEqual([
    ['host', { a: '1' }, true, false],
    ['state', { x: `<-&"A'`, y: 'a>b' }, true, true],
    ['host', {}, false, true],
  ])
})

test('however the text is cut into chunks, the tags are the same', () => {
  const whole = parse(DOCUMENT)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: DOCUMENT.length }), { maxLength: 20 }), (cuts) => {
      const ends = [...cuts.sort((a, b) => a - b), DOCUMENT.length]
      expect(parse(...ends.map((end, i) => DOCUMENT.slice(ends[i - 1] ?? 0, end)))).toEqual(whole)
    }),
  )
})

test.each([
  ['an attribute without quotes', '<port id=1>'],
  ['an attribute without a value', '<port id>'],
  ['an attribute twice', '<port id="1" id="2">'],
  ['single quotes', "<port id='1'>"],
  ['no name', '<>   '],
  ['an entity of a document type', '<port id="&xxe;">'],
  ['a character out of range', '<port id="&#9999999;">'],
  ['rubbish in the tag', '<port ; rm>'],
  ['CDATA', '<a><port <![CDATA[x]]>'],
])('%s is an error', (_, text) => {
  expect(() => parse(text)).toThrow(XmlError)
})

test('a tag without end is an error and not kept for ever', () => {
  expect(() => parse(`<port id="${'x'.repeat(70_000)}`)).toThrow(XmlError)
})

test('text between tags is not kept', () => {
  const chunks = new Array<string>(1000).fill('x'.repeat(1000))
  expect(parse(...chunks, '<a />')).toHaveLength(1)
})

test('random text gives tags or XmlError, nothing else', () => {
  const markup = fc.string({
    unit: fc.constantFrom('<', '>', '"', '/', '&', ';', '#', '!', '-', '=', ' ', 'a', '1'),
  })
  fc.assert(
    fc.property(markup, (text) => {
      try {
        parse(text)
      } catch (error) {
        expect(error).toBeInstanceOf(XmlError)
      }
    }),
  )
})
