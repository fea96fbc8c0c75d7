/** A file in memory, which can be told to be on a full disk. */

import type { TextFile } from '../os/text-file.js'

export class FakeTextFile implements TextFile {
  isFull = false

  constructor(public text: string | null = null) {}

  read(): string | null {
    return this.text
  }

  replace(text: string): void {
    this.#checkRoom()
    this.text = text
  }

  append(text: string): void {
    this.#checkRoom()
    this.text = (this.text ?? '') + text
  }

  #checkRoom(): void {
    if (this.isFull) throw new Error('ENOSPC: no space left on device')
  }
}
