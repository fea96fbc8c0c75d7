/**
 * Every lie about a message: copies of it in which one field, however deep,
 * holds what its type allows and no honest sender says.
 */

const NUMBERS = [-1, 0, 1, 4096, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]
const BIGINTS = [
  -1n,
  0n,
  1n,
  2n ** 32n,
  2n ** 48n + 1n,
  2n ** 53n - 1n,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  2n ** 64n - 1n,
]
const STRINGS = [
  '',
  ' ',
  '0',
  '../../../../etc/passwd',
  '$(reboot)',
  '-oProxyCommand=reboot',
  '<img src=x onerror=alert(1)>',
  "'; DROP TABLE device; --",
  '=HYPERLINK("http://evil")',
  'a\u0000b',
  '\u001b[2J\u001b]0;owned\u0007',
  '\u202egnp.exe',
  '\ud800',
  '__proto__',
  'constructor',
  '10.0.0.01',
  '::ffff:10.0.0.1',
  'FF:FF:FF:FF:FF:FF',
  'x'.repeat(255),
  'x'.repeat(100_000),
]
const BYTES = [new Uint8Array(0), new Uint8Array(1), new Uint8Array(70_000).fill(0xff)]
const LONG_LIST = 5001

export function* liesOf(value: unknown): Generator<unknown> {
  if (typeof value === 'number') yield* NUMBERS
  else if (typeof value === 'bigint') yield* BIGINTS
  else if (typeof value === 'string') yield* STRINGS
  else if (typeof value === 'boolean') yield !value
  else if (value instanceof Uint8Array) yield* BYTES.map((bytes) => Buffer.from(bytes))
  else if (Array.isArray(value)) yield* liesOfList(value)
  else if (typeof value === 'object' && value !== null) yield* liesOfObject(value)
}

function* liesOfList(list: readonly unknown[]): Generator<unknown> {
  yield []
  const [first] = list
  if (first === undefined) return
  yield Array.from({ length: LONG_LIST }, () => first)
  for (const lie of liesOf(first)) yield [lie, ...list.slice(1)]
}

function* liesOfObject(object: object): Generator<unknown> {
  for (const [key, value] of Object.entries(object)) {
    // The name of what a oneof holds goes with its value.
    if (key === '$case') continue
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      yield { ...object, [key]: undefined }
    for (const lie of liesOf(value)) yield { ...object, [key]: lie }
  }
}
