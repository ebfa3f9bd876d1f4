import { arch, cpus, freemem, networkInterfaces, platform, release, totalmem, uptime } from 'node:os'
import { join } from 'node:path'
import { inDatabaseThread } from '../backup/database-thread.ts'
import { endOfArchive, headerOf, paddingOf } from '../backup/tar.ts'
import { DATABASE } from '../store/files.ts'
import type { LogFiles } from './log-files.ts'
import { maskLine } from './log-line.ts'

/** What an archive for support holds beside the logs and facts of the computer; each as a JSON file of its name. */
interface Parts {
  readonly station: unknown
  readonly settings: unknown
  readonly counts: unknown
  readonly ports: unknown
  readonly sinks: unknown
}

interface Sources {
  /** The data directory. */
  readonly directory: string
  readonly logs: LogFiles
  readonly now: () => number
  readonly metrics: () => Promise<string>
  readonly parts: () => Promise<Parts>
  /** Texts that must not stand in it. */
  readonly secrets: readonly string[]
}

/** Log bytes in an archive, the newest ones. */
const LOG_BYTES = 8 * 1024 * 1024

/** An archive as a file. */
export interface DiagnosticsFile {
  readonly name: string
  readonly bytes: Buffer
}

/**
 * Gathers what helps to find a fault: versions, settings, numbers, ports, interfaces, the newest logs and a check of the database. No secret
 * of a device, of an operator or of the station is among it, and what looks like one is masked. A part that cannot be gathered says why.
 */
export const createDiagnostics =
  ({ directory, logs, now, metrics, parts, secrets }: Sources) =>
  async (): Promise<DiagnosticsFile> => {
    const at = new Date(now())
    const files: [name: string, content: string | Buffer][] = []
    const add = async (name: string, gather: () => unknown): Promise<void> => {
      const content = await Promise.resolve()
        .then(gather)
        .catch((error: unknown) => ({ notGathered: error instanceof Error ? error.message : String(error) }))
      const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`
      files.push([name, maskLine(text, secrets)])
    }
    await add('computer.json', computer)
    const gathered = parts()
    for (const name of ['station', 'settings', 'counts', 'ports', 'sinks'] as const)
      await add(`${name}.json`, async () => (await gathered)[name])
    await add('metrics.txt', metrics)
    await add('database.json', async () => {
      const { problems, version } = await inDatabaseThread({ kind: 'check', file: join(directory, DATABASE) })
      return { check: problems.length === 0 ? 'ok' : 'damaged', problems, schema: version }
    })
    let room = LOG_BYTES
    for (const { name, size } of logs.list()) {
      if (size > room) break
      room -= size
      await add(`logs/${name}`, () => logs.read(name)?.toString() ?? '')
    }
    const blocks = files.flatMap(([name, content]) => {
      const bytes = Buffer.from(content)
      return [headerOf(name, bytes.length, at), bytes, paddingOf(bytes.length)]
    })
    const stamp = at.toISOString().replace(/[:.]/g, '-')
    return { name: `ota-bench-diagnostics-${stamp}.tar`, bytes: Buffer.concat([...blocks, endOfArchive()]) }
  }

const computer = () => ({
  system: { platform: platform(), arch: arch(), release: release(), uptimeSeconds: Math.round(uptime()) },
  processor: { model: cpus()[0]?.model.trim(), count: cpus().length },
  memory: { total: totalmem(), free: freemem(), process: process.memoryUsage() },
  versions: process.versions,
  processUptimeSeconds: Math.round(process.uptime()),
  interfaces: networkInterfaces(),
})
