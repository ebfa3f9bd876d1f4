import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { root } from '../launch/launched.ts'
import type { Outcome } from './outcome.ts'

/** The part of vitest's JSON report that is read. */
const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
})

/** Runs cases of `test/faults` at full length: those whose file names begin with one of the words. */
export const faultsNamed = async (words: readonly string[]): Promise<Outcome> => {
  const files = readdirSync(join(root, 'test/faults'))
    .filter((name) => name.endsWith('.test.ts') && words.some((word) => name.startsWith(word)))
    .map((name) => `test/faults/${name}`)
  if (files.length === 0) return { tried: [], lost: [] }
  const directory = mkdtempSync(join(tmpdir(), 'ota-bench-soak-'))
  const output = join(directory, 'report.json')
  try {
    const program = join(root, 'node_modules/vitest/vitest.mjs')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`]
    const child = spawn(process.execPath, [program, 'run', ...reporters, ...files], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      env: { TEST_PATIENCE: '6', ...process.env, OTA_BENCH_SOAK: '1' },
    })
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
    const { testResults } = Report.parse(JSON.parse(readFileSync(output, 'utf8')))
    const all = testResults.flatMap(({ assertionResults }) => assertionResults)
    const lost = [
      ...all.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
      ...testResults
        .filter(({ assertionResults }) => assertionResults.length === 0)
        .map(({ name, message }) => `${name}: ${message}`),
    ]
    if (code !== 0 && lost.length === 0) lost.push(`vitest ended with ${code}`)
    const said = {
      passed: '',
      failed: '',
      pending: ' (not tried: this system cannot)',
      skipped: ' (not tried: this system cannot)',
    }
    return {
      tried: all.map(
        ({ fullName, status }) => `${fullName.trim()}${said[status as keyof typeof said] ?? ` (${status})`}`,
      ),
      lost,
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
}
