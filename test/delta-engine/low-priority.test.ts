import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { programPair } from '../helpers/firmware-images.ts'
import { run } from '../helpers/program.ts'
import { scratch } from '../launch/launched.ts'
import { limits } from '../limits.mjs'

const engine = fileURLToPath(new URL('../../electron/platform/delta-engine/delta-engine.ts', import.meta.url))
const program = `
  import { createDeltaEngine } from ${JSON.stringify(engine)}
  import { getPriority } from 'node:os'
  const [before, after] = process.argv.slice(2)
  const engine = createDeltaEngine()
  const { size } = await engine.make({ before, after, format: 'bsdiff' })
  await engine.close()
  console.log(JSON.stringify({ size, priority: getPriority() }))`

/** Root may raise a priority; a station of an ordinary user may not. */
const withoutPrivileges = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : []
const isPossible = spawnSync('nice', [...withoutPrivileges, 'true'], { timeout: limits.program }).status === 0

it.skipIf(process.platform !== 'linux' || !isPossible)(
  'a process that was started with a lower priority than the threads have generates deltas all the same',
  async () => {
    using folder = scratch()
    const paths = ['old.bin', 'new.bin'].map((name) => join(folder.path, name))
    for (const [n, image] of programPair(20_000).entries()) writeFileSync(paths[n] ?? '', image)
    const script = join(folder.path, 'make.mjs')
    writeFileSync(script, program)
    const { stdout } = await run('nice', ['-n', '15', ...withoutPrivileges, process.execPath, script, ...paths])
    const made = JSON.parse(stdout) as { size: number; priority: number }
    expect(made.size).toBeGreaterThan(0)
    expect(made.priority).toBeGreaterThan(10)
  },
)
