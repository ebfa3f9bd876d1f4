import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../electron/platform/store/store.ts'
import { isShort } from './length.ts'
import { table } from './scratch.ts'

const WRITES = isShort ? 1000 : 20_000

/** Writes that are each acknowledged only after they are on disk: one at a time, and as many at once as a hall of devices sends. */
export const bench = async (): Promise<string> => {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'))
  const store = openStore(directory)
  const insert = store.sql.prepare(`INSERT INTO key_values VALUES (?, '1') ON CONFLICT DO UPDATE SET value = '2'`)
  const run = async (atOnce: number, writes: number): Promise<readonly string[]> => {
    const waits: number[] = []
    let next = 0
    const started = performance.now()
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (next < writes) {
          const key = `k${next++ % 5000}`
          const asked = performance.now()
          await store.write(() => insert.run(key))
          waits.push(performance.now() - asked)
        }
      }),
    )
    const seconds = (performance.now() - started) / 1000
    waits.sort((a, b) => a - b)
    const at = (share: number): string => (waits[Math.floor(waits.length * share)] ?? 0).toFixed(1)
    return [String(atOnce), (writes / seconds).toFixed(0), at(0.5), at(0.99)]
  }
  const rows = [await run(1, 500), await run(100, WRITES), await run(1000, WRITES)]
  await store.close()
  rmSync(directory, { recursive: true, force: true })
  return table(
    'Acknowledged writes (group commit, each on disk before it is acknowledged)',
    ['at once', 'writes/s', 'median ms', 'p99 ms'],
    rows,
  )
}
