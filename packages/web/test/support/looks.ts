/** What must hold of a page however it is looked at: on every width, light and dark. */

import type { Locator, Page } from 'playwright-core'
import { auditPage } from './audit.js'
import { axeFaults } from './axe.js'

/** A small phone, a phone, a tablet, a laptop, a large screen; pixels of CSS. */
const WIDTHS = [360, 390, 768, 1440, 1920]
const HEIGHT = 900

/** What is wider than the window, width by width. The window has its size again afterwards. */
export async function overflows(page: Page): Promise<string[]> {
  const before = page.viewportSize()
  const found: string[] = []
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT })
    const { excess, cut } = await page.evaluate(async () => {
      // The charts are drawn anew in the frame after the one that saw the new size.
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
      const words = [...document.querySelectorAll('nav.pages a')]
      const cut = words.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)
      return { cut, excess: document.documentElement.scrollWidth - window.innerWidth }
    })
    if (excess > 0) found.push(`${excess} px too wide on ${width}`)
    if (cut.length > 0) found.push(`no room for ${cut} on ${width}`)
  }
  if (before) await page.setViewportSize(before)
  return found
}

/** From the middle of one to that of the other, pixels of CSS: whether a button is beside what it acts upon. */
export async function gapBetween(one: Locator, other: Locator): Promise<{ across: number; down: number }> {
  const [from, to] = await Promise.all([one.boundingBox(), other.boundingBox()])
  if (!from || !to) throw new Error('one of them is not to be seen')
  return {
    across: Math.abs(from.x + from.width / 2 - to.x - to.width / 2),
    down: Math.abs(from.y + from.height / 2 - to.y - to.height / 2),
  }
}

/** Names, headings, contrast and the findings of axe, light and dark. */
export async function barriers(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const faults = [...(await auditPage(page)), ...(await axeFaults(page))]
    found.push(...faults.map((fault) => `${colorScheme}: ${fault}`))
  }
  return found
}
