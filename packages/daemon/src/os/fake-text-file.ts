/** A file in memory, which can be told to be on a full disk. */

import type { TextFile } from './text-file.js'

export class FakeTextFile implements TextFile {
  isFull = false
  /** What was set aside, with the reason. */
  readonly aside: { text: string | null; why: string }[] = []

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

  setAside(why: string): void {
    this.aside.push({ text: this.text, why })
    this.text = null
  }

  #checkRoom(): void {
    if (this.isFull) throw new Error('ENOSPC: no space left on device')
  }
}
