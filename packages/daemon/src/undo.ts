/**
 * What has been started, so that it can be stopped in the opposite order: at
 * the end, or when starting fails half-way.
 */

import { errorMessage } from '@netwatcher/shared'
import type { Logger } from './os/log.js'

export class Undo {
  private readonly steps: (() => void | Promise<void>)[] = []

  constructor(
    private readonly timeoutMs: number,
    private readonly log: Logger,
  ) {}

  add(step: () => void | Promise<void>): void {
    this.steps.push(step)
  }

  /** A step that fails or hangs does not keep the others from being done. */
  async run(): Promise<void> {
    const deadlineMs = performance.now() + this.timeoutMs
    for (let step = this.steps.pop(); step; step = this.steps.pop()) {
      try {
        await within(step(), deadlineMs - performance.now())
      } catch (error) {
        this.log.error('Something could not be stopped', { error: errorMessage(error) })
      }
    }
  }
}

async function within(work: void | Promise<void>, timeoutMs: number): Promise<void> {
  if (!work) return
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it took too long')), Math.max(0, timeoutMs))
  })
  await Promise.race([work, timeout]).finally(() => clearTimeout(timer))
}
