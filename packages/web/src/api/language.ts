/**
 * The language that the texts of an answer are in: the one that the caller
 * likes best of those that we speak (RFC 9110 section 12.5.4), or English.
 * What goes wrong has a reason that programs can read; a reason without a
 * sentence in the catalogue (of a newer daemon) is said in English.
 */

import { type Language, pickLanguage } from '@netwatcher/shared'
import type { Context, MiddlewareHandler } from 'hono'
import { parseAccept } from 'hono/utils/accept'

export function languageOf(c: Context): Language {
  const wanted = parseAccept(c.req.header('accept-language') ?? '').filter(({ q }) => q > 0)
  return pickLanguage(wanted.map(({ type }) => type))
}

/** Says in which language an answer is; a handler that chose another one has said so before. */
export const languageHeaders: MiddlewareHandler = async (c, next) => {
  await next()
  c.header('Vary', 'Accept-Language', { append: true })
  if (c.res.headers.has('Content-Language')) return
  const isProblem = c.res.headers.get('Content-Type')?.startsWith('application/problem+json')
  c.header('Content-Language', isProblem ? 'en' : languageOf(c))
}
