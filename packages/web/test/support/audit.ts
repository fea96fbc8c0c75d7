/**
 * Accessibility checks on a rendered page: names of controls, headings,
 * landmarks, table headers, contrast (WCAG 2.2 AA, 1.4.3), and text that does
 * not fit the width. Runs inside the page, so it uses nothing from outside.
 */

import type { Page } from 'playwright-core'

export function auditPage(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = []
    const isVisible = (element: Element) =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      !element.closest('.visually-hidden, .skip-link')
    const describe = (element: Element) => element.outerHTML.slice(0, 120)

    function accessibleName(element: Element): string {
      const labelledBy = element.getAttribute('aria-labelledby')
      const label = labelledBy ? document.getElementById(labelledBy)?.textContent : null
      const labels = 'labels' in element ? [...((element as HTMLInputElement).labels ?? [])] : []
      const text = element.matches('input, select, textarea, meter, progress') ? '' : element.textContent
      return [label, element.getAttribute('aria-label'), ...labels.map((one) => one.textContent), text]
        .join('')
        .trim()
    }

    function checkStructure(): void {
      if (document.querySelectorAll('h1').length !== 1) faults.push('there is not exactly one h1')
      if (document.querySelectorAll('main').length !== 1) faults.push('there is not exactly one main')
      if (!document.documentElement.lang) faults.push('the page has no language')
      if (document.title === '') faults.push('the page has no title')
      const ids = [...document.querySelectorAll('[id]')].map((element) => element.id)
      for (const id of ids.filter((one, index) => ids.indexOf(one) !== index)) faults.push(`id ${id} twice`)
      let level = 1
      for (const heading of document.querySelectorAll('h1, h2, h3, h4')) {
        const next = Number(heading.tagName[1])
        if (next > level + 1) faults.push(`heading skips a level: ${describe(heading)}`)
        level = next
      }
      for (const image of document.querySelectorAll('img:not([alt])'))
        faults.push(`no alt: ${describe(image)}`)
      for (const table of document.querySelectorAll('table')) {
        if (!table.caption) faults.push('a table has no caption')
        if (table.querySelector('thead th:not([scope])')) faults.push('a column header has no scope')
      }
      const overflow = document.documentElement.scrollWidth - window.innerWidth
      if (overflow > 0) faults.push(`the page is ${overflow} px too wide`)
    }

    function checkNames(): void {
      const controls = document.querySelectorAll(
        'button, a[href], input, select, textarea, summary, [role=img], section[aria-labelledby], nav, ' +
          'meter:not([aria-hidden]), progress:not([aria-hidden])',
      )
      for (const control of controls) {
        if (isVisible(control) && accessibleName(control) === '') faults.push(`no name: ${describe(control)}`)
      }
      for (const element of document.querySelectorAll('[aria-describedby]')) {
        const id = element.getAttribute('aria-describedby') ?? ''
        if (!document.getElementById(id)) faults.push(`describedby leads nowhere: ${describe(element)}`)
      }
    }

    /** Any CSS colour as red, green, blue, alpha: drawn, because the engine alone knows every notation. */
    const canvas = document.createElement('canvas')
    const context = canvas.getContext('2d', { willReadFrequently: true })
    function parseColor(color: string): [number, number, number, number] {
      if (!context) return [0, 0, 0, 1]
      context.clearRect(0, 0, 1, 1)
      context.fillStyle = color
      context.fillRect(0, 0, 1, 1)
      const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data
      return [red, green, blue, alpha / 255]
    }

    function luminance([red, green, blue]: readonly number[]): number {
      const linear = [red, green, blue].map((value = 0) => {
        const part = value / 255
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0)
    }

    function groundOf(element: Element): readonly number[] {
      for (let one: Element | null = element; one; one = one.parentElement) {
        const color = parseColor(getComputedStyle(one).backgroundColor)
        if (color[3] > 0.95) return color
      }
      return [255, 255, 255]
    }

    function checkContrast(): void {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      const seen = new Set<Element>()
      while (walker.nextNode()) {
        const element = walker.currentNode.parentElement
        if (!element || seen.has(element) || !walker.currentNode.textContent?.trim()) continue
        seen.add(element)
        // Controls that are switched off are exempt (1.4.3).
        if (!isVisible(element) || element.closest(':disabled, option')) continue
        const style = getComputedStyle(element)
        const size = Number.parseFloat(style.fontSize)
        if (size === 0) continue
        const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
        const [a, b] = [luminance(parseColor(style.color)), luminance(groundOf(element))]
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
        if (ratio < (isLarge ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(2)}: ${describe(element)}`)
      }
    }

    checkStructure()
    checkNames()
    checkContrast()
    return faults
  })
}
