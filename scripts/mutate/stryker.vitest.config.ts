import { defineConfig } from 'vitest/config'

/** The unit tests that `scripts/mutate/stryker.mjs` names, from the sources. */
export default defineConfig({
  resolve: { conditions: ['@netwatcher/source'] },
  ssr: { resolve: { conditions: ['@netwatcher/source', 'node', 'import', 'default'] } },
  test: { include: (process.env.NETWATCHER_MUTATE_TESTS ?? '').split(' '), testTimeout: 30_000 },
})
