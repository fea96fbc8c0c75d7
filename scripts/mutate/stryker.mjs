// Changes operators, conditions and values of the files that guard most (Stryker),
// one at a time, and runs the unit tests that are named for each. Prints the
// scores of docs/RELIABILITY.md, and what no test has noticed.
//   node scripts/mutate/stryker.mjs [PART OF A FILE NAME ...]
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const config = 'node_modules/.stryker/config.json'
const FILES = {
  'packages/daemon/src/firewall/guard.ts': [
    'packages/daemon/src/firewall/guard.test.ts',
    'packages/daemon/src/firewall/standing.test.ts',
  ],
  'packages/daemon/src/firewall/protected-macs.ts': ['packages/daemon/src/firewall/guard.test.ts'],
  'packages/daemon/src/firewall/binding-history.ts': [
    'packages/daemon/src/firewall/binding-history.test.ts',
    'packages/daemon/src/firewall/guard.test.ts',
  ],
  'packages/daemon/src/rpc/budget.ts': ['packages/daemon/src/rpc/budget.test.ts'],
  'packages/daemon/src/os/held-rights.ts': ['packages/daemon/src/os/held-rights.test.ts'],
  'packages/daemon/src/capture/give-up-rights.ts': ['packages/daemon/src/capture/give-up-rights.test.ts'],
  'packages/web/src/auth/authenticator.ts': [
    'packages/web/src/auth/authenticator.test.ts',
    'packages/web/src/api/session.test.ts',
    'packages/web/src/api/tokens.test.ts',
  ],
  'packages/web/src/auth/token.ts': [
    'packages/web/src/auth/token.test.ts',
    'packages/web/src/api/session.test.ts',
  ],
  'packages/web/src/api/guards.ts': [
    'packages/web/src/api/guards.test.ts',
    'packages/web/src/api/refusals.test.ts',
    'packages/web/src/api/session.test.ts',
  ],
}

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
for (const [file, tests] of Object.entries(FILES)) {
  if (words.length > 0 && !words.some((word) => file.includes(word))) continue
  mkdirSync(`${root}node_modules/.stryker`, { recursive: true })
  writeFileSync(root + config, JSON.stringify(settings(file)))
  const env = { ...process.env, NETWATCHER_MUTATE_TESTS: tests.join(' ') }
  execFileSync('node_modules/.bin/stryker', ['run', config], { cwd: root, env, stdio: 'inherit' })
}
rmSync(`${root}node_modules/.stryker`, { recursive: true, force: true })

function settings(file) {
  return {
    mutate: [file],
    testRunner: 'vitest',
    vitest: { configFile: 'scripts/mutate/stryker.vitest.config.ts', related: false },
    plugins: ['@stryker-mutator/vitest-runner'],
    concurrency: 1,
    coverageAnalysis: 'perTest',
    timeoutMS: 30_000,
    reporters: ['clear-text'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    ignorePatterns: ['**/dist', '**/dist-ui', 'docs', 'bench', 'packages/*/test'],
    // Sentences are held by the catalogue's own tests.
    mutator: { excludedMutations: ['StringLiteral', 'ObjectLiteral'] },
    tempDirName: 'node_modules/.stryker/copies',
    // It would read the project's settings by an interface that TypeScript 7 does not have.
    tsconfigFile: 'none',
  }
}
