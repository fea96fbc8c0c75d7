/** The add-ons that were compiled, loaded as at the end of `scripts/setup`. */

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const program = fileURLToPath(new URL('load-addons.mjs', import.meta.url))
/** Of libsqlite3-0, which Python brings. */
const OF_THE_SYSTEM = 'libsqlite3.so.0'

// Ubuntu 26.04 links its Node with its own SQLite, whose symbols are there before the add-on's.
test.each([[''], [OF_THE_SYSTEM]])(
  'SQLite is the one that was tested, whatever is loaded before it: %j',
  async (loaded) => {
    const { stderr } = await run(process.execPath, [program], { env: { LD_PRELOAD: loaded } })
    // The loader says so when there is no such library.
    expect(stderr).toBe('')
  },
)
