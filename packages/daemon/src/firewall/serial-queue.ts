/**
 * Runs one task at a time, in the order they came. Callers can be held to a
 * bound (`isFull`); the daemon's own work, such as a roll-back, always gets in.
 */

const MAX_WAITING = 32

export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  get isFull(): boolean {
    return this.#waiting >= MAX_WAITING
  }

  run<T>(task: () => Promise<T>): Promise<T> {
    this.#waiting++
    const result = this.#last.then(task).finally(() => this.#waiting--)
    this.#last = result.catch(() => {})
    return result
  }
}
