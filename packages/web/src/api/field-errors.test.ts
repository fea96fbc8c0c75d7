/** Whatever any schema of the API has against a value is said in the reader's language, and never in the words of zod. */

import { LANGUAGES, render } from '@netwatcher/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import { createTestApi, type TestApi } from '../testing/test-api.js'
import { apiRoutes } from './api.js'
import { type FieldError, fieldErrors, type Place } from './field-errors.js'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

type Schema = z.core.$ZodTypes

/** Wrong for nearly every field, each in a way of its own. */
const WRONG = [
  ...[undefined, null, true, -1, 1.5, 2 ** 60, Number.NaN, '', '\u0000', '{x}', '9'.repeat(30)],
  ...['x'.repeat(40_000), [], ['x', 'x'], Array.from({ length: 6_000 }, () => 1), {}, { x: 1 }],
]

/** `WRONG` in the place of the whole, and of everything that is in it. */
function wrongValues(schema: Schema): unknown[] {
  return [...WRONG, ...wrongWithin(schema._zod.def)]
}

function wrongWithin(def: Schema['_zod']['def']): unknown[] {
  const of = (inner: z.core.$ZodType) => wrongWithin((inner as Schema)._zod.def)
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape).flatMap(([name, field]) =>
        wrongValues(field as Schema).map((value) => ({ ...literals(def), [name]: value })),
      )
    case 'array':
      return wrongValues(def.element as Schema).map((value) => [value])
    case 'union':
      return def.options.flatMap(of)
    case 'pipe':
      return of(def.in)
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
      return of(def.innerType)
    default:
      return []
  }
}

/** What tells the forms of a union apart. */
function literals(def: z.core.$ZodObjectDef): Record<string, unknown> {
  const fields = Object.entries(def.shape).map(([name, { _zod }]) => [name, _zod.values] as const)
  return Object.fromEntries(
    fields.flatMap(([name, values]) => (values?.size === 1 ? [[name, ...values]] : [])),
  )
}

interface Found extends FieldError {
  route: string
  issue: z.core.$ZodIssue
}

function allErrors(): Found[] {
  return apiRoutes(api.deps)
    .flat()
    .flatMap(({ method, path, params, query, body }) => {
      const places: [Place, z.ZodType | undefined][] = [
        ['path', params],
        ['query', query],
        ['body', body],
      ]
      return places.flatMap(([place, schema]) => {
        if (!schema) return []
        const issues = wrongValues(schema as unknown as Schema).flatMap(
          (value) => schema.safeParse(value, { reportInput: true }).error?.issues ?? [],
        )
        return issues.flatMap((issue) =>
          fieldErrors(place, [issue]).map((error) => ({ ...error, issue, route: `${method} ${path}` })),
        )
      })
    })
}

test('every mistake that the schemas know has a sentence in both languages', () => {
  const found = allErrors()
  expect(found.length).toBeGreaterThan(1_000)
  expect([...new Set(found.map(({ issue }) => issue.code))].sort()).toEqual([
    ...['custom', 'invalid_format', 'invalid_type', 'invalid_union', 'invalid_value'],
    ...['too_big', 'too_small', 'unrecognized_keys'],
  ])
  const vague = found.filter(({ said }) => said.rule === 'field_invalid')
  const describe = ({ route, path, issue }: Found) => `${route} ${path}: ${issue.code} ${issue.message}`
  expect([...new Set(vague.map(describe))]).toEqual([])
  // A value that is wrong six thousand times over says the same of each.
  for (const said of new Map(found.map(({ said }) => [JSON.stringify(said), said])).values()) {
    const sentences = LANGUAGES.map((language) => render(said, language))
    expect(new Set(sentences).size).toBe(LANGUAGES.length)
    for (const sentence of sentences) expect(sentence).not.toMatch(/Invalid|expected|undefined/)
  }
})

test.each([
  ['en', { title: 'Bad request', detail: 'The query is not valid: page: It must be a whole number.' }],
  [
    'id',
    {
      title: 'Permintaan tidak sah',
      detail: 'Parameter alamat tidak sah: page: Isian ini harus berupa bilangan bulat.',
    },
  ],
])('in %s it is told which field is wrong, and how', async (language, said) => {
  const headers = { 'accept-language': language }
  const response = await api.request('GET', '/api/devices?page=x&nothing=1&sort=name&sort=mac', { headers })
  expect(response.headers.get('content-language')).toBe(language)
  expect(await response.json()).toMatchObject({ status: 400, reason: 'INVALID_REQUEST', ...said })
})
