import { defineConfig } from 'vitest/config'

// Workspace packages resolve to their sources, so that no build is needed to run unit tests.
const source = {
  resolve: { conditions: ['@netwatcher/source'] },
  ssr: { resolve: { conditions: ['@netwatcher/source', 'node', 'import', 'default'] } },
}

const UNIT = ['packages/*/src/**/*.test.ts', 'packages/*/src/**/*.test.tsx', 'scripts/**/*.test.ts']
const CLOCK = ['packages/*/src/**/*.clock.test.ts']
/** Tests that take their time: hostile and invented input, whole days, every capture that has a verdict. */
const LONG = ['packages/*/src/**/*.{fuzz,corpus,property,long}.test.ts']

export default defineConfig({
  test: {
    // Compiled modules are kept by their content: the second run starts ten seconds earlier.
    experimental: { fsModuleCache: true, fsModuleCachePath: 'node_modules/.vitest-modules' },
    coverage: {
      include: ['packages/*/src/**/*.{ts,tsx}'],
      exclude: ['**/gen/**', '**/fake-*', '**/testing/**', '**/lab/**', '**/*.d.ts'],
      reporter: ['text-summary', 'json-summary'],
      reportsDirectory: 'node_modules/.coverage',
      // Where unit tests alone stood; labs and the browser cover what is left, and more.
      thresholds: { statements: 85, branches: 78, functions: 78, lines: 86 },
    },
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          include: UNIT,
          exclude: [...CLOCK, ...LONG],
          pool: 'threads',
          maxWorkers: '100%',
          // Modules keep no state, so files share them: half the time went into loading them again.
          isolate: false,
          // Tests over a real database take their time on a loaded machine.
          testTimeout: 30_000,
        },
      },
      {
        ...source,
        // Tests that replace the timers: each in a process of its own, where nothing else waits on them.
        test: { name: 'clock', include: CLOCK, pool: 'forks', maxWorkers: '100%', testTimeout: 30_000 },
      },
      {
        ...source,
        test: { name: 'long', include: LONG, pool: 'threads', maxWorkers: '100%', testTimeout: 60_000 },
      },
      {
        ...source,
        test: {
          name: 'lab',
          include: ['packages/*/test/**/*.lab.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...source,
        test: {
          name: 'browser',
          include: ['packages/*/test/**/*.browser.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...source,
        test: { name: 'screens', include: ['packages/*/test/**/*.screens.ts'], pool: 'forks' },
      },
      {
        ...source,
        test: {
          name: 'release',
          include: ['packages/*/test/**/*.release.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          // Whole systems are downloaded and SQLite is compiled in them.
          testTimeout: 1_800_000,
          hookTimeout: 3_600_000,
        },
      },
    ],
  },
})
