/**
 * One part of the product in a process of its own, which does what it is told
 * and tells what it holds. `serve` runs there, `startPart` here.
 */

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { getHeapCodeStatistics } from 'node:v8'

/** Answers each message by what the handler of its `type` gives. `ballast`: bytes that are not the product's. */
export function serve(handlers, ballast = 0) {
  // Whatever ends the one who asks.
  process.on('disconnect', () => process.exit())
  const measure = () => ({ live: liveBytes() - ballast, rss: process.memoryUsage.rss() })
  process.on('message', async ({ type, ...message }) => {
    try {
      process.send({ answer: await { ...handlers, measure }[type](message) })
    } catch (error) {
      process.send({ error: error.stack })
    }
  })
}

/**
 * What JavaScript holds once all garbage is collected, buffers outside of its heap included. Compiled code is left
 * out: V8 compiles more of a program the longer it runs, and the program is as long as it is.
 */
export function liveBytes() {
  for (let i = 0; i < 3; i++) globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  const { code_and_metadata_size: code, bytecode_and_metadata_size: bytecode } = getHeapCodeStatistics()
  return heapUsed + external - code - bytecode
}

export function startPart(name) {
  const file = fileURLToPath(new URL(`${name}.mjs`, import.meta.url))
  const child = fork(file, [], { execArgv: ['--expose-gc'], serialization: 'advanced' })
  let settle = (_message) => {}
  child.on('message', (message) => settle(message))
  child.on('exit', (code, signal) => settle({ error: `${name} ended: ${signal ?? code}` }))
  return {
    /** One question at a time. */
    async ask(type, message = {}) {
      const answered = new Promise((resolve) => {
        settle = resolve
      })
      child.send({ type, ...message })
      const { answer, error } = await answered
      if (error) throw new Error(error)
      return answer
    },
    end: () => child.kill('SIGKILL'),
  }
}
