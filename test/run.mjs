import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureNode } from '../electron/launch/node.mjs'
import { inRoot } from '../electron/launch/root.mjs'
import { installMissing } from './debian.mjs'
import { inWords } from './reporter.mjs'

// npm test [-- words]: everything, or the files whose paths contain one of the words. The last line is the sum.

const words = process.argv.slice(2)
const sum = { passed: 0, failed: 0, skipped: 0 }

/** @param {string} config @param {string} tallyFile */
const vitest = (config, tallyFile) => {
  const program = inRoot('node_modules', 'vitest', 'vitest.mjs')
  const reporters = ['--reporter=default', `--reporter=${inRoot('test', 'reporter.mjs')}`]
  const { status } = spawnSync(
    process.execPath,
    [
      program,
      'run',
      '--config',
      inRoot(config),
      ...reporters,
      ...words.concat(words.length ? '--passWithNoTests' : []),
    ],
    { cwd: inRoot(), stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, OTA_BENCH_TALLY: tallyFile } },
  )
  return status ?? 1
}

/** @param {string} tallyFile @returns {typeof sum} */
const readTally = (tallyFile) => {
  try {
    return JSON.parse(readFileSync(tallyFile, 'utf8'))
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }
  }
}

/** @param {string} config */
const run = (config) => {
  const folder = mkdtempSync(join(tmpdir(), 'ota-bench-tally-'))
  const tallyFile = join(folder, 'tally.json')
  const status = vitest(config, tallyFile)
  const tally = readTally(tallyFile)
  rmSync(folder, { recursive: true })
  // vitest ended badly without a test to blame: it could not start, or was killed.
  if (status !== 0 && tally.failed === 0) tally.failed = 1
  sum.passed += tally.passed
  sum.failed += tally.failed
  sum.skipped += tally.skipped
}

const main = () => {
  installMissing((line) => process.stderr.write(`${line}\n`))
  const build = spawnSync(process.execPath, [inRoot('electron', 'launch', 'build.mjs')], { stdio: ['ignore', 2, 2] })
  if (build.status !== 0) sum.failed += 1
  else for (const config of ['vitest.config.ts', 'test/e2e/vitest.config.ts']) run(config)
  if (sum.passed + sum.failed + sum.skipped === 0) sum.failed = 1
  process.stdout.write(`${inWords(sum)}\n`)
  process.exitCode = sum.failed > 0 ? 1 : 0
}

await ensureNode(fileURLToPath(import.meta.url))
main()
