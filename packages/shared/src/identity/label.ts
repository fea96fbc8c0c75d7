/** The best that can be said of a device in a few words: its name, its maker and its model. */

import type { Identity } from './identify.js'

const MAX_LENGTH = 80
/** Legal forms and places that nobody says. */
const SUFFIX =
  /(?:[,.]?\s*\b(?:inc|incorporated|llc|ltd|limited|corp|corporation|co|company|gmbh|ag|s\.?a\.?(?:s\.?)?|b\.?v\.?|oy|ab|a\/s|kg|plc|pte|pty|technologies|technology|international|electronics|communications|systems|computer|foundation|trading)\b\.?)+\s*$/i
/** Names that software makes up. */
const MADE_UP =
  /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$|^[0-9a-f]{12,}$|^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i

/** As people call a maker. */
export function shortVendor(vendor: string): string {
  const short = vendor
    .replace(/\s*\([^)]*\)/g, '')
    .replace(SUFFIX, '')
    .trim()
  return short.length > 1 ? short : vendor
}

/** Null when nothing at all is known. */
export function labelOf(
  identity: Pick<Identity, 'vendor' | 'model' | 'os'>,
  cardVendor: string | null,
  name: string | null,
): string | null {
  const vendor = identity.vendor ?? (cardVendor === null ? null : shortVendor(cardVendor))
  const product = productOf(vendor, identity.model ?? identity.os)
  const own = name === null || MADE_UP.test(name) ? null : name
  const label = own === null ? product : withProduct(own, product)
  return label === null ? null : cut(label)
}

function productOf(vendor: string | null, model: string | null): string | null {
  if (vendor === null || model === null) return vendor ?? model
  return includes(model, vendor) ? model : `${vendor} ${model}`
}

function withProduct(name: string, product: string | null): string {
  return product === null || includes(name, product) ? name : `${name} (${product})`
}

function includes(text: string, part: string): boolean {
  // `LG` in `LGwebOSTV` is no word that people see.
  if (part.length <= 3)
    return text
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .includes(part.toLowerCase())
  return text.toLowerCase().includes(part.toLowerCase())
}

function cut(text: string): string {
  const characters = [...text]
  return characters.length > MAX_LENGTH ? `${characters.slice(0, MAX_LENGTH - 1).join('')}…` : text
}
