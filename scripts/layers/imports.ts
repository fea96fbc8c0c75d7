/** Which file imports what: read from the text, since our imports are all of a few plain forms. */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

export interface Import {
  /** A path from the folder of sources, such as `wire/arp.ts`, or the name of a package. */
  to: string
  /** `import type`: nothing of it is left when the program runs. */
  isErased: boolean
}

/** By path of the file that imports. */
export type Imports = ReadonlyMap<string, readonly Import[]>

const STATEMENT = /^(?:import|export)\s+(type\s)?(?:[^'"();=]*?\sfrom\s+)?'([^']+)'/gm
const CALL = /\bimport\(\s*(type\s)?'([^']+)'\s*\)/g

export function readImports(directory: string): Imports {
  const texts = sourceFiles(directory).map((path): [string, string] => [
    path,
    readFileSync(join(directory, path), 'utf8'),
  ])
  return importsOf(new Map(texts))
}

export function importsOf(texts: ReadonlyMap<string, string>): Imports {
  return new Map(
    [...texts].map(([path, text]): [string, Import[]] => {
      const found = [STATEMENT, CALL].flatMap((form) => [...text.matchAll(form)])
      return [
        path,
        found.map(([, type, name = '']) => ({
          to: resolveImport(path, name, texts),
          isErased: type !== undefined,
        })),
      ]
    }),
  )
}

/** The first step of a path; empty for a file at the top. */
export function folderOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : ''
}

/** Files that are only there for tests. */
export function isForTests(path: string): boolean {
  return /\.test\.tsx?$|(^|\/)(fake-[^/]*|raw-client)\.tsx?$|^testing\//.test(path)
}

function sourceFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts') && !path.startsWith('gen/'))
}

function resolveImport(from: string, name: string, texts: ReadonlyMap<string, string>): string {
  if (!name.startsWith('.')) return name
  const path = relative('/', resolve('/', dirname(from), name))
  const candidates = [path, path.replace(/\.js$/, '.ts'), path.replace(/\.js$/, '.tsx')]
  return candidates.find((candidate) => texts.has(candidate)) ?? path
}
