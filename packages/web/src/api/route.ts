/**
 * A route is a value: method, path, schemas of what goes in and out, and a
 * handler that only ever sees validated input. The same values are mounted,
 * described in OpenAPI, and walked through by the tests.
 */

import { type Language, text } from '@netwatcher/shared'
import type { Context } from 'hono'
import { Hono } from 'hono'
import { z } from 'zod'
import type { Access } from '../auth/authenticator.js'
import { fieldErrors } from './field-errors.js'
import { languageOf } from './language.js'
import { problem, ValidationError } from './problem.js'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

export type FileFormat = 'csv' | 'ndjson' | 'ical'

export interface RouteResponse {
  status: 200 | 201 | 202 | 204
  description: string
  schema?: z.ZodType
  /** Other than application/json. */
  contentType?: string
  /** With `format` one of them: all rows of the list as such a file. */
  files?: readonly FileFormat[]
}

export interface RouteInput<P, Q, B> {
  params: P
  query: Q
  body: B
  /** Of the texts in the answer. */
  language: Language
  c: Context
}

interface RouteSpec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  method: Method
  /** Hono's form: `/api/devices/:id`. */
  path: string
  tag: string
  summary: string
  params?: P
  query?: Q
  body?: B
  response: RouteResponse
  /** No token or session needed. */
  isPublic?: boolean
  /** What the caller's token must be good for; by default `read` to GET, else `full`. */
  access?: Access
  handle(input: RouteInput<z.output<P>, z.output<Q>, z.output<B>>): Response | Promise<Response>
}

export interface Route {
  method: Method
  path: string
  tag: string
  summary: string
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  response: RouteResponse
  isPublic: boolean
  access: Access
  run(c: Context): Promise<Response>
}

const NOTHING = z.strictObject({})

/** Whether an absent body is as good as an empty object. */
export function isBodyOptional({ body }: Pick<Route, 'body'>): boolean {
  return body?.safeParse({}).success ?? false
}

export function route<
  P extends z.ZodType = typeof NOTHING,
  Q extends z.ZodType = typeof NOTHING,
  B extends z.ZodType = z.ZodUndefined,
>(spec: RouteSpec<P, Q, B>): Route {
  const { handle, ...described } = spec
  return {
    ...described,
    isPublic: spec.isPublic ?? false,
    access: spec.access ?? (spec.method === 'GET' ? 'read' : 'full'),
    async run(c) {
      const params = parse('path', spec.params ?? NOTHING, c.req.param()) as z.output<P>
      const query = parse('query', spec.query ?? NOTHING, singleValues(c)) as z.output<Q>
      const body = (spec.body ? parse('body', spec.body, await readBody(c, spec)) : undefined) as z.output<B>
      return await handle({ params, query, body, language: languageOf(c), c })
    },
  }
}

function parse(place: 'path' | 'query' | 'body', schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value, { reportInput: true })
  if (!result.success) throw new ValidationError(place, fieldErrors(place, result.error.issues))
  return result.data
}

/** A parameter given twice is a mistake, or an attempt to be read differently by two readers. */
function singleValues(c: Context): Record<string, unknown> {
  const entries = Object.entries(c.req.queries())
  return Object.fromEntries(entries.map(([key, values]) => [key, values.length === 1 ? values[0] : values]))
}

async function readBody(c: Context, spec: Pick<Route, 'body'>): Promise<unknown> {
  const sent = await c.req.text()
  if (sent === '' && isBodyOptional(spec)) return {}
  try {
    return JSON.parse(sent)
  } catch {
    throw new ValidationError('body', [{ path: '', said: text('field_not_json') }])
  }
}

/** Runs a route, or refuses to. */
export type Perform = (one: Route, c: Context) => Promise<Response>

/** One small app per resource. A path that exists under other methods answers 405. */
export function routesApp(routes: readonly Route[], perform: Perform): Hono {
  const app = new Hono()
  const methods = new Map<string, Method[]>()
  for (const one of routes) {
    app.on(one.method, one.path, (c) => perform(one, c))
    methods.set(one.path, [...(methods.get(one.path) ?? []), one.method])
  }
  for (const [path, allowed] of methods) {
    app.all(path, (c) =>
      problem(
        c,
        405,
        `${c.req.method} is not possible here.`,
        { reason: 'METHOD' },
        { Allow: allowed.join(', ') },
      ),
    )
  }
  return app
}
