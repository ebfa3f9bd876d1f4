import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { missingPackages } from '../debian.mjs'
import { run } from '../helpers/program.ts'
import { limits } from '../limits.mjs'
import { compileRestore, vector, vectors } from './compiled.ts'

const missing = missingPackages().filter((name) => ['clang', 'libc6-dev', 'libclang-rt-14-dev'].includes(name))

describe.skipIf(missing.length > 0)('fuzzing the restore (needs clang and libclang-rt-14-dev)', () => {
  it('finds no byte out of bounds, no undefined behaviour, no hang and no image that passes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ota-bench-fuzz-'))
    try {
      for (const name of vectors) copyFileSync(vector(name).patch, join(folder, name))
      const fuzzer = await compileRestore('clang', 'test/fuzz.c', 'fuzzer,address,undefined', join(folder, 'program'), [
        '-DOTA_RESTORE_ANY_LZMA=1',
      ])
      const options = ['-runs=30000', '-max_len=700', `-timeout=${limits.wait / 1000}`, '-seed=1']
      const { stderr } = await run(fuzzer, [...options, `-artifact_prefix=${folder}/`, folder], { maxBuffer: 1 << 24 })
      expect(stderr).toMatch(/Done 3\d{4} runs/)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
