/** Holds imports against a table of rules; each fault is a line that says what to look at. */

import { folderOf, type Import, type Imports, isForTests } from './imports.js'

export interface Rules {
  /**
   * By folder, which other folders it may import; `''` is the files at the top.
   * Folders that are not in the table are refused, as are entries that nobody needs.
   */
  folders: Readonly<Record<string, readonly string[]>>
  /** By package or module of Node (a name, or a beginning that ends in `*`), the only folders that may import it. */
  reserved: Readonly<Record<string, readonly string[]>>
  /** Folders of which nothing that runs may lead, over any number of files, to these packages. */
  pure: { folders: readonly string[]; mayNotReach: readonly string[] }
}

export function checkLayers(imports: Imports, rules: Rules): string[] {
  const product = new Map([...imports].filter(([path]) => !isForTests(path)))
  return [
    ...folderFaults(product, rules),
    ...reservedFaults(product, rules),
    ...purityFaults(atRunTime(product), rules),
    ...circles(atRunTime(product)).map((circle) => `circle: ${circle.join(' → ')}`),
  ]
}

type Targets = ReadonlyMap<string, readonly string[]>

function atRunTime(imports: Imports): Targets {
  const kept = (all: readonly Import[]) => all.filter(({ isErased }) => !isErased).map(({ to }) => to)
  return new Map([...imports].map(([path, all]) => [path, kept(all)]))
}

function folderFaults(imports: Imports, { folders }: Rules): string[] {
  const faults: string[] = []
  const used = new Set<string>()
  for (const [path, targets] of imports) {
    const from = folderOf(path)
    for (const target of new Set(targets.map((one) => one.to).filter((one) => imports.has(one)))) {
      const to = folderOf(target)
      if (to === from) continue
      used.add(`${from} ${to}`)
      if (!folders[from]?.includes(to)) faults.push(`${path} may not import ${target}`)
    }
  }
  const found = new Set([...imports.keys()].map(folderOf))
  for (const folder of found)
    if (!(folder in folders)) faults.push(`the folder ${folder} is not in the table`)
  for (const [from, allowed] of Object.entries(folders)) {
    if (!found.has(from)) faults.push(`the table has a folder ${from} that is not there`)
    const idle = allowed.filter((to) => found.has(from) && !used.has(`${from} ${to}`))
    for (const to of idle) faults.push(`${from || 'the top'} does not import ${to}: take it off the table`)
  }
  return faults
}

function reservedFaults(imports: Imports, { reserved }: Rules): string[] {
  return Object.entries(reserved).flatMap(([name, folders]) =>
    [...imports].flatMap(([path, targets]) =>
      targets
        .filter(({ to }) => matches(name, to) && !folders.includes(folderOf(path)))
        .map(({ to }) => `${path} may not import ${to}`),
    ),
  )
}

function purityFaults(imports: Targets, { pure }: Rules): string[] {
  const isForbidden = (target: string) => pure.mayNotReach.some((name) => matches(name, target))
  return [...imports.keys()]
    .filter((path) => pure.folders.includes(folderOf(path)))
    .flatMap((path) => {
      const way = wayTo(path, imports, isForbidden)
      return way ? [`not pure: ${way.join(' → ')}`] : []
    })
}

function wayTo(start: string, imports: Targets, isGoal: (target: string) => boolean): string[] | null {
  const before = new Map<string, string>([[start, '']])
  for (const path of before.keys()) {
    if (isGoal(path)) return trace(path, before)
    for (const target of imports.get(path) ?? []) if (!before.has(target)) before.set(target, path)
  }
  return null
}

function trace(end: string, before: ReadonlyMap<string, string>): string[] {
  const way: string[] = []
  for (let path = end; path !== ''; path = before.get(path) ?? '') way.unshift(path)
  return way
}

/** Files that lead back to themselves, one circle for each file at which one closes. */
function circles(imports: Targets): string[][] {
  const found: string[][] = []
  const finished = new Set<string>()
  const visit = (path: string, way: readonly string[]) => {
    const start = way.indexOf(path)
    if (start >= 0) found.push([...way.slice(start), path])
    if (start >= 0 || finished.has(path)) return
    for (const target of imports.get(path) ?? []) visit(target, [...way, path])
    finished.add(path)
  }
  for (const path of imports.keys()) visit(path, [])
  return found
}

function matches(name: string, target: string): boolean {
  if (name.endsWith('*')) return target.startsWith(name.slice(0, -1))
  return target === name || target.startsWith(`${name}/`)
}
