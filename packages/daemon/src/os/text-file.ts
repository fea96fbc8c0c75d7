/** One file of the state directory, as text. */

import type { FileStore } from './state-directory.js'

export interface TextFile {
  /** Null when there is no such file. */
  read(): string | null
  /** Whole or not at all. */
  replace(text: string): void
  append(text: string): void
  /** Keeps what is damaged for a person to look at, out of the way. */
  setAside(why: string): void
}

export function textFile(files: FileStore, name: string): TextFile {
  return {
    read: () => {
      const content = files.read(name)
      return content && Buffer.from(content).toString()
    },
    replace: (text) => files.write(name, text),
    append: (text) => files.append(name, text),
    setAside: (why) => files.setAside(name, why),
  }
}
