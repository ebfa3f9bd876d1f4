import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureNode } from '../electron/launch/node.mjs'
import { inRoot } from '../electron/launch/root.mjs'
import { installMissing } from './debian.mjs'
import { limits } from './limits.mjs'
import { faultLines, inWords } from './reporter.mjs'
import { openScratch, removeScratch } from './scratch.mjs'

// npm test [-- words]: everything, or the files whose paths contain one of the words. The last line is the sum.

/** @type {readonly NodeJS.Signals[]} */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
const words = process.argv.slice(2)
/** @type {import('./reporter.mjs').Tally} */
const sum = { passed: 0, failed: 0, skipped: 0, faults: [] }

/** Somebody wants the run to end; what lies in memory is to be removed all the same. */
let stopped = false

/** @param {string} config @param {string} scratch @param {string} tallyFile @returns {Promise<number>} */
const vitest = (config, scratch, tallyFile) => {
  const program = inRoot('node_modules', 'vitest', 'vitest.mjs')
  const reporters = ['--reporter=default', `--reporter=${inRoot('test', 'reporter.mjs')}`]
  const only = words.concat(words.length ? '--passWithNoTests' : [])
  const child = spawn(process.execPath, [program, 'run', '--config', inRoot(config), ...reporters, ...only], {
    cwd: inRoot(),
    stdio: ['ignore', 'inherit', 'inherit'],
    // Hundreds of processes load the same files: what they compiled is shared.
    env: { NODE_COMPILE_CACHE: join(scratch, 'compiled'), ...process.env, TMPDIR: scratch, OTA_BENCH_TALLY: tallyFile },
  })
  /** @param {NodeJS.Signals} signal */
  const stop = (signal) => {
    stopped = true
    child.kill(signal)
  }
  for (const signal of signals) process.on(signal, stop)
  return new Promise((resolve) => {
    child.once('close', (code) => {
      for (const signal of signals) process.off(signal, stop)
      resolve(code ?? 1)
    })
  })
}

/** @param {string} tallyFile @returns {typeof sum} */
const readTally = (tallyFile) => {
  try {
    return JSON.parse(readFileSync(tallyFile, 'utf8'))
  } catch {
    return { passed: 0, failed: 0, skipped: 0, faults: [] }
  }
}

/** @param {string} config @param {string} scratch */
const run = async (config, scratch) => {
  const tallyFile = join(scratch, 'tally.json')
  const status = await vitest(config, scratch, tallyFile)
  const tally = readTally(tallyFile)
  rmSync(tallyFile, { force: true })
  // vitest ended badly without a test to blame: it could not start, or was killed.
  if (status !== 0 && tally.failed === 0) tally.failed = 1
  sum.passed += tally.passed
  sum.failed += tally.failed
  sum.skipped += tally.skipped
  sum.faults.push(...tally.faults)
}

/** @param {readonly string[]} configs */
const runAll = async (configs) => {
  const scratch = openScratch()
  try {
    for (const config of configs) if (!stopped) await run(config, scratch)
  } finally {
    removeScratch(scratch, (line) => process.stderr.write(`${line}\n`))
  }
  // Only a part of them ran.
  if (stopped && sum.failed === 0) sum.failed = 1
}

/**
 * Just above the threads that make patches, which stand back (10) for those that serve: beside tests on every core they would hardly run at all.
 */
const URGENCY = 9

const main = async () => {
  if (getPriority() < URGENCY) setPriority(URGENCY)
  installMissing((line) => process.stderr.write(`${line}\n`))
  const build = spawnSync(process.execPath, [inRoot('electron', 'launch', 'build.mjs')], {
    stdio: ['ignore', 2, 2],
    timeout: limits.preparation,
  })
  if (build.status !== 0) sum.failed += 1
  else await runAll(['vitest.config.ts', 'test/e2e/vitest.config.ts'])
  if (sum.passed + sum.failed + sum.skipped === 0) sum.failed = 1
  process.stdout.write(`${faultLines(sum.faults)}${inWords(sum)}\n`)
  process.exitCode = sum.failed > 0 ? 1 : 0
}

await ensureNode(fileURLToPath(import.meta.url))
await main()
