import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { root, scratch } from './launch/launched.ts'
import { limits } from './limits.mjs'
import { TallyReporter } from './reporter.mjs'

const imports = "import { beforeAll, describe, expect, it, test } from 'vitest'\n"

/** Runs vitest with our reporter on one file of that text; the last line, the faults named before it, and the exit code. */
const tally = (text: string | undefined): { line: string; faults: string[]; status: number | null } => {
  using folder = scratch()
  mkdirSync(join(folder.path, 'tests'))
  symlinkSync(join(root, 'node_modules'), join(folder.path, 'node_modules'), 'junction')
  writeFileSync(join(folder.path, 'vitest.config.mjs'), "export default { test: { include: ['tests/*.test.ts'] } }")
  if (text !== undefined) writeFileSync(join(folder.path, 'tests', 'a.test.ts'), imports + text)
  const { VITEST: _, VITEST_WORKER_ID: __, OTA_BENCH_TALLY: ___, ...env } = process.env
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', `--reporter=${join(root, 'test/reporter.mjs')}`],
    { cwd: folder.path, env, encoding: 'utf8', timeout: limits.program },
  )
  const lines = stdout.trim().split('\n')
  return { line: lines.at(-1) ?? '', faults: lines.filter((line) => line.startsWith('FAULT ')), status }
}

describe('the sum at the end of a test run', () => {
  it('counts passed and skipped tests, todo among the skipped', () => {
    expect(tally("it('a', () => {}); it.each([1, 2])('b %i', () => {}); it.skip('c', () => {}); it.todo('d')")).toEqual(
      {
        line: '3 passed, 0 failed, 2 skipped',
        faults: [],
        status: 0,
      },
    )
  })

  it('names each fault and the first line of what was said about it', () => {
    const text =
      "describe('a hall', () => { it('is dark', () => { throw new Error('no lamp\\nat all') }); it('stands', () => {}) })"
    expect(tally(text).faults).toEqual(['FAULT tests/a.test.ts > a hall > is dark: no lamp'])
  })

  it.each([
    ['a failed test', "it('a', () => {}); it('b', () => expect(1).toBe(2))", '1 passed, 1 failed, 0 skipped'],
    ['a file that cannot be parsed', 'it(', '0 passed, 1 failed, 0 skipped'],
    ['a file that throws', "throw new Error('x')", '0 passed, 1 failed, 0 skipped'],
    ['a file without a test', 'expect(1).toBe(1)', '0 passed, 1 failed, 0 skipped'],
    ['no file at all', undefined, '0 passed, 1 failed, 0 skipped'],
    [
      'an error nobody caught',
      "it('a', async () => { setTimeout(() => { throw new Error('late') }, 5); await new Promise((r) => setTimeout(r, 200)) })",
      '1 passed, 1 failed, 0 skipped',
    ],
  ])('counts %s as a failure', (_name, text, line) => {
    const counted = tally(text)
    expect(counted.line).toBe(line)
    expect(counted.status).not.toBe(0)
  })

  it('leaves it to who adds several runs up whether one of them may be without a test', () => {
    using folder = scratch()
    const file = join(folder.path, 'tally.json')
    vi.stubEnv('OTA_BENCH_TALLY', file)
    onTestFinished(() => void vi.unstubAllEnvs())
    new TallyReporter().onTestRunEnd([], [])
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ passed: 0, failed: 0, skipped: 0, faults: [] })
  })

  it('counts an empty suite as a failure', () => {
    const { line, status } = tally("describe('x', () => {})")
    expect(line).toMatch(/^0 passed, [12] failed, 0 skipped$/)
    expect(status).not.toBe(0)
  })

  it('counts a failed hook as a failure, whatever becomes of its tests', () => {
    const { line, status } = tally(
      "describe('x', () => { beforeAll(() => { throw new Error('x') }); it('a', () => {}) })",
    )
    expect(line).toMatch(/^0 passed, [12] failed, [01] skipped$/)
    expect(status).not.toBe(0)
  })
})
