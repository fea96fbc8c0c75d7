/** Which versions of daemon and web part work together: those at most one minor version apart. */

/** Texts like "1.4.2"; false where one is none. */
export function worksWith(own: string, other: string): boolean {
  const [a, b] = [parse(own), parse(other)]
  return a !== null && b !== null && a.major === b.major && Math.abs(a.minor - b.minor) <= 1
}

function parse(version: string): { major: number; minor: number } | null {
  const [, major, minor] = /^(\d{1,6})\.(\d{1,6})\.\d/.exec(version) ?? []
  return major === undefined || minor === undefined ? null : { major: Number(major), minor: Number(minor) }
}
