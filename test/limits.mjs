/**
 * How long anything in a test may take: the one place that says so. A limit ends what hangs and judges nothing, so each is
 * far beyond what an overloaded machine needs. `TEST_PATIENCE=3 npm test` makes all of them three times as long.
 */
const MINUTE_MS = 60_000

/** The factor for all limits. @param {string | undefined} words @returns {number} @throws when it is no number above 0 */
export const patienceOf = (words) => {
  if (words === undefined || words === '') return 1
  const factor = Number(words)
  if (Number.isFinite(factor) && factor > 0) return factor
  throw new Error(`TEST_PATIENCE is a factor such as 3, not "${words}"`)
}

const patience = patienceOf(process.env.TEST_PATIENCE)

/** @param {number} minutes */
const limit = (minutes) => Math.round(minutes * MINUTE_MS * patience)

/** In milliseconds. What waits inside ends before what is around it, so that the message says what was waited for. */
export const limits = {
  /** For a condition inside a test to hold, and for a page or a connection to answer. */
  wait: limit(3),
  /** For a program that a test starts to end by itself: a compiler, curl, a documented session. */
  program: limit(6),
  /** For a test, with all its waits. */
  test: limit(10),
  /** For what comes before and after tests: programs are built and stations are stopped. */
  hook: limit(10),
  /** For a test process to end when its files are done. */
  teardown: limit(2),
  /** For Debian's packages to be installed, or the project to be built, before the first test. */
  preparation: limit(10),
}

/** How often a condition is asked for again, in milliseconds. */
export const ASK_AGAIN_MS = 25

/** What all vitest configurations share. */
export const vitestLimits = /** @type {const} */ ({
  testTimeout: limits.test,
  hookTimeout: limits.hook,
  teardownTimeout: limits.teardown,
  expect: { poll: { timeout: limits.wait, interval: ASK_AGAIN_MS } },
})
