/**
 * Closes files that whoever started the daemon left open by mistake. Node opens
 * everything of its own with O_CLOEXEC (open(2)), so a descriptor without that
 * flag was inherited, and a sensor in a stranger's hands has no use for it.
 */

import { closeSync, readdirSync, readFileSync } from 'node:fs'

const O_CLOEXEC = 0o2000000

export function closeInheritedFiles(firstDescriptor: number): void {
  for (const name of readdirSync('/proc/self/fdinfo')) {
    const descriptor = Number(name)
    if (descriptor < firstDescriptor) continue
    try {
      const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'utf8'))?.[1]
      if (flags !== undefined && (Number.parseInt(flags, 8) & O_CLOEXEC) === 0) closeSync(descriptor)
    } catch {
      // The descriptor that the directory itself was read through.
    }
  }
}
