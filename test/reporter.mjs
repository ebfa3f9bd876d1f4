import { writeFileSync } from 'node:fs'
import { inspect } from 'node:util'

/**
 * Counts what vitest's own summary does not: a file that cannot be loaded, a hook that fails, an error nobody caught
 * and a run without a test are failures. Writes `{"passed":n,"failed":n,"skipped":n,"faults":[…]}` to the file named
 * in OTA_BENCH_TALLY, else prints the faults and `N passed, N failed, N skipped`. A fault is a line: where, and what
 * was said first. A long log loses its middle, so they stand together at its end.
 */
export class TallyReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    /** @type {Tally} */
    const tally = { passed: 0, failed: 0, skipped: 0, faults: [] }
    /** @param {string} where @param {readonly { message?: string }[]} errors */
    const blame = (where, errors) => {
      for (const { message } of errors) tally.faults.push(`${where}: ${message?.split('\n')[0] ?? 'no message'}`)
    }
    const failAll = (/** @type {string} */ where, /** @type {readonly { message?: string }[]} */ errors) => {
      tally.failed += errors.length
      blame(where, errors)
    }
    failAll(
      'outside of the tests',
      unhandled.map((error) => ({ message: error instanceof Error ? error.message : inspect(error) })),
    )
    for (const module of modules) {
      failAll(module.relativeModuleId, module.errors())
      for (const suite of module.children.allSuites())
        failAll(`${module.relativeModuleId} > ${suite.fullName}`, suite.errors())
      // A test that never ran to its end was not passed.
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result()
        tally[state === 'pending' ? 'failed' : state] += 1
        const where = `${module.relativeModuleId} > ${test.fullName}`
        if (state === 'pending') blame(where, [{ message: 'did not run to its end' }])
        // Errors of a test that passed at its second try stand there as well.
        if (state === 'failed') blame(where, errors ?? [])
      }
    }
    const file = process.env.OTA_BENCH_TALLY
    // Who asks for the numbers adds several runs up, of which words may leave one without a test.
    if (!file && tally.passed + tally.failed + tally.skipped === 0) tally.failed = 1
    if (file) writeFileSync(file, JSON.stringify(tally))
    else process.stdout.write(`${faultLines(tally.faults)}${inWords(tally)}\n`)
  }
}

/** @typedef {{ passed: number, failed: number, skipped: number, faults: string[] }} Tally */

/** @param {readonly string[]} faults @returns {string} a line each, which `.ci/run` finds by its first word */
export const faultLines = (faults) => faults.map((fault) => `FAULT ${fault}\n`).join('')

/** @param {{ passed: number, failed: number, skipped: number }} tally */
export const inWords = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`

export default TallyReporter
