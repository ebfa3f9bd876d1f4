import { writeFileSync } from 'node:fs'

/**
 * Counts what vitest's own summary does not: a file that cannot be loaded, a hook that fails, an error nobody caught
 * and a run without a test are failures. Writes `{"passed":n,"failed":n,"skipped":n}` to the file named in
 * OTA_BENCH_TALLY, else prints `N passed, N failed, N skipped`.
 */
export class TallyReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    const tally = { passed: 0, failed: unhandled.length, skipped: 0 }
    for (const module of modules) {
      tally.failed += module.errors().length
      for (const suite of module.children.allSuites()) tally.failed += suite.errors().length
      // A test that never ran to its end was not passed.
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        tally[state === 'pending' ? 'failed' : state] += 1
      }
    }
    const file = process.env.OTA_BENCH_TALLY
    // Who asks for the numbers adds several runs up, of which words may leave one without a test.
    if (!file && tally.passed + tally.failed + tally.skipped === 0) tally.failed = 1
    if (file) writeFileSync(file, JSON.stringify(tally))
    else process.stdout.write(`${inWords(tally)}\n`)
  }
}

/** @param {{ passed: number, failed: number, skipped: number }} tally */
export const inWords = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`

export default TallyReporter
