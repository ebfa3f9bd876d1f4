import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { end, findProgram, freePort, startUntil } from '../broker/programs.ts'

export const mosquitto = findProgram('mosquitto')

export interface Mosquitto {
  readonly url: string
  start(): Promise<void>
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>
}

/** Debian's mosquitto with the lines that docs/scaling.md §5 asks for; ended when the test is. */
export const startMosquitto = async (): Promise<Mosquitto> => {
  const folder = mkdtempSync(join(tmpdir(), 'ota-mosquitto-'))
  const port = await freePort()
  const config = join(folder, 'mosquitto.conf')
  writeFileSync(
    config,
    [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      // The user of the test owns the folder.
      `user ${process.getuid?.() === 0 ? 'root' : (process.env.USER ?? '')}`,
      'persistence true',
      `persistence_location ${folder}/`,
      'autosave_on_changes true',
      'autosave_interval 1',
      'max_queued_messages 100000',
      'max_inflight_messages 1000',
      '',
    ].join('\n'),
  )
  let child: ChildProcess | undefined
  const start = async (): Promise<void> => {
    child = await startUntil(mosquitto ?? '', ['-v', '-c', config], 'running')
  }
  onTestFinished(async () => {
    if (child) await end(child)
  })
  await start()
  return {
    url: `mqtt://127.0.0.1:${port}`,
    start,
    async kill() {
      if (!child) return
      const gone = once(child, 'close')
      child.kill('SIGKILL')
      await gone
    },
  }
}
