import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StationProcess, spawnStationWith } from '../helpers/station-process.ts'

/** The settings of memory that the launcher gives a station (electron/launch/node.mjs). */
export const lean = { NODE_OPTIONS: '--max-semi-space-size=4', MALLOC_ARENA_MAX: '2' }

/** Runs `work` with a station of its own, by these options alone, that is ended, and its data removed, afterwards. */
export const withStationBy = async <T>(
  options: readonly string[],
  work: (station: StationProcess) => Promise<T>,
): Promise<T> => {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'))
  const station = await spawnStationWith(lean, directory, ...options)
  try {
    return await work(station)
  } finally {
    station.child.kill('SIGTERM')
    await once(station.child, 'exit')
    rmSync(directory, { recursive: true, force: true })
  }
}

/** The same without TLS. */
export const withStation = <T>(work: (station: StationProcess) => Promise<T>, ...options: string[]): Promise<T> =>
  withStationBy(['--no-tls', ...options], work)

/** CPU seconds and resident megabytes of a process (proc(5)); NaN where there is no /proc. */
export const usage = (pid: number | undefined): { cpuSeconds: number; megabytes: number } => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100, megabytes: Number(resident) / 1024 }
  } catch {
    return { cpuSeconds: Number.NaN, megabytes: Number.NaN }
  }
}

/** A Markdown table under a heading. */
export const table = (title: string, head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    `## ${title}`,
    '',
    `| ${head.join(' | ')} |`,
    `|${head.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')

/** Asks again until it passes; bounded. */
export const wait = async (passes: () => Promise<boolean>, seconds = 180): Promise<void> => {
  const until = performance.now() + seconds * 1000
  while (!(await passes())) {
    if (performance.now() > until) throw new Error(`not within ${seconds} s`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
