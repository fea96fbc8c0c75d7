// Adds up vitest's JSON reports and prints the closing line of the test run.
//   node scripts/tally.mjs STATUS REPORT…
// STATUS is non-zero when a step that is not a test has failed. A suite that
// left no report, and a test that was skipped, count as failed: nothing may
// pass by not running.
import { readFileSync } from 'node:fs'

const [status, ...reports] = process.argv.slice(2)
let passed = 0
let failed = status === '0' ? 0 : 1
for (const report of reports) {
  let result
  try {
    result = JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    console.error(`no report at ${report}: the suite did not run to its end`)
    failed++
    continue
  }
  passed += result.numPassedTests
  failed += result.numTotalTests - result.numPassedTests
  for (const file of result.testResults) {
    if (file.status !== 'passed' && file.assertionResults.length === 0) failed++
    for (const test of file.assertionResults) {
      if (test.status !== 'passed') console.error(`${test.status}: ${file.name} > ${test.fullName}`)
    }
  }
}
if (passed === 0) failed++
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
