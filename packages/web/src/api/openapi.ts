/** OpenAPI 3.1 from the route table, and a page that reads it offline, without any script. */

import { html } from 'hono/html'
import { z } from 'zod'
import { problemSchema } from '../contract/problem.js'
import { type FileFormat, isBodyOptional, type Route, type RouteResponse, route } from './route.js'

export function openApiDocument(routes: readonly Route[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const one of routes) {
    const path = openApiPath(one.path)
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: operation(one) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'NetWatcher',
      version,
      description:
        'Who is on this network, what they talk to, and who is tampering with it. Times are milliseconds since 1970-01-01 UTC, sizes are bytes. Sentences are in the language of Accept-Language (en, id), problems in English.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    security: [{ bearer: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'netwatcher_session' },
      },
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
    },
  }
}

export function openApiPath(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}')
}

function operation(one: Route): Record<string, unknown> {
  const { status, description } = one.response
  const content = contentOf(one.response)
  return {
    operationId: operationId(one),
    tags: [one.tag],
    summary: one.summary,
    parameters: [...parameters('path', one.params), ...parameters('query', one.query)],
    ...(one.isPublic && { security: [] }),
    ...(one.body && {
      requestBody: {
        required: !isBodyOptional(one),
        content: { 'application/json': { schema: jsonSchema(one.body, 'input') } },
      },
    }),
    responses: {
      [status]: { description, ...(content && { content }) },
      default: {
        description: 'What went wrong (RFC 9457)',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

const FILE_TYPES: Record<FileFormat, string> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  ical: 'text/calendar',
}

function contentOf({ schema, contentType = 'application/json', files = [] }: RouteResponse) {
  const others = Object.fromEntries(
    files.map((format) => {
      const description = `With format=${format}: every row, whatever the page`
      return [FILE_TYPES[format], { schema: { type: 'string', description } }]
    }),
  )
  if (schema) return { [contentType]: { schema: jsonSchema(schema, 'output') }, ...others }
  return contentType === 'application/json' ? null : { [contentType]: { schema: {} } }
}

function operationId({ method, path }: Route): string {
  const words = path.replace('/api/', '').split(/[/:.]+/)
  const camel = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  return method.toLowerCase() + camel
}

function parameters(place: 'path' | 'query', schema: z.ZodType | undefined): Record<string, unknown>[] {
  if (!schema) return []
  const object = jsonSchema(schema, 'input')
  const required = Array.isArray(object.required) ? object.required : []
  return Object.entries(object.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output') {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

export function docsRoutes(documented: () => readonly Route[], version: string): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/openapi.json',
      tag: 'docs',
      summary: 'This description (OpenAPI 3.1)',
      response: { status: 200, description: 'OpenAPI document', schema: z.record(z.string(), z.unknown()) },
      handle: ({ c }) => c.json(openApiDocument(documented(), version)),
    }),
    route({
      method: 'GET',
      path: '/api/docs',
      tag: 'docs',
      summary: 'This description as a page',
      response: { status: 200, description: 'Page', contentType: 'text/html' },
      handle: ({ c }) => c.html(docsPage(documented())),
    }),
  ]
}

function docsPage(routes: readonly Route[]) {
  const tags = [...new Set(routes.map(({ tag }) => tag))]
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>NetWatcher API</title>
    <link rel="stylesheet" href="../page.css" />
  </head>
  <body>
    <main>
      <h1>NetWatcher API</h1>
      <p>
        Send <code>Authorization: Bearer …</code> with the token of the state directory. Machine-readable:
        <a href="openapi.json">/api/openapi.json</a>.
      </p>
      ${tags.map(
        (tag) => html`<h2>${tag}</h2>
      ${routes.filter((one) => one.tag === tag).map(docsOf)}`,
      )}
    </main>
  </body>
</html>`
}

function docsOf(one: Route) {
  const parts: [string, unknown][] = [
    ['Path', one.params && jsonSchema(one.params, 'input').properties],
    ['Query', one.query && jsonSchema(one.query, 'input').properties],
    ['Body', one.body && jsonSchema(one.body, 'input')],
    [`Answer ${one.response.status}`, one.response.schema && jsonSchema(one.response.schema, 'output')],
  ]
  return html`<details>
        <summary><code>${one.method} ${openApiPath(one.path)}</code> ${one.summary}</summary>
        ${parts
          .filter(([, schema]) => schema && Object.keys(schema).length > 0)
          .map(([title, schema]) => html`<h3>${title}</h3><pre>${JSON.stringify(schema, null, 2)}</pre>`)}
      </details>`
}
