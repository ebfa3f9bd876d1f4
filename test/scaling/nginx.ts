import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { end, findProgram, freePort, startUntil } from '../broker/programs.ts'
import { root } from '../launch/launched.ts'

export const nginx = findProgram('nginx')

/** The file that docs/scaling.md prints, as it is printed. */
export const printedFile = (): string => {
  const text = readFileSync(join(root, 'docs', 'scaling.md'), 'utf8')
  const [, file = ''] = /```nginx\n([\s\S]*?)```/.exec(text) ?? []
  return file
}

/** Puts one line in the place of another. @throws when the file does not have exactly one. */
const inPlaceOf = (file: string, line: string, other: string): string => {
  const parts = file.split(line)
  if (parts.length !== 2) throw new Error(`the printed file has ${parts.length - 1} × ${line}`)
  return parts.join(other)
}

export interface Cache {
  readonly url: string
  /** Ends master and workers at once, as a power cut would. */
  kill(): Promise<void>
  start(): Promise<void>
  /** What became of each request and each piece: `HIT`, `MISS`, or `-` where the cache was not asked. */
  asked(): string[]
}

/** Debian's nginx with the printed file, changed where a reader has to change it: addresses and the folder of the cache. */
export const prepareCache = async (): Promise<Cache & { serve(station: string): Promise<void> }> => {
  const folder = mkdtempSync(join(tmpdir(), 'ota-nginx-'))
  const port = await freePort()
  const config = join(folder, 'nginx.conf')
  let child: ChildProcess | undefined
  const start = async (): Promise<void> => {
    child = await startUntil(nginx ?? '', ['-p', folder, '-c', config, '-g', 'daemon off;'], 'start worker process ')
  }
  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const pids = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ').filter(Boolean)
    const gone = once(child, 'close')
    for (const pid of [child.pid, ...pids.map(Number)]) if (pid !== undefined) process.kill(pid, 'SIGKILL')
    await gone
  }
  onTestFinished(async () => {
    if (child) await end(child)
  })
  return {
    url: `http://127.0.0.1:${port}`,
    asked: () => readFileSync(join(folder, 'access.log'), 'utf8').split('\n'),
    start,
    kill,
    async serve(station) {
      let file = printedFile()
      file = inPlaceOf(file, '/var/cache/nginx/ota ', `${join(folder, 'cache')} `)
      file = inPlaceOf(file, 'server 192.168.1.5:8070;', `server ${new URL(station).host};`)
      file = inPlaceOf(file, 'listen 8080;', `listen 127.0.0.1:${port};`)
      mkdirSync(join(folder, 'tmp'))
      writeFileSync(join(folder, 'ota-bench.conf'), file)
      writeFileSync(
        config,
        [
          // The master stays what it was started as, so that the test can end it.
          `${process.getuid?.() === 0 ? 'user root;' : ''} worker_processes 2; pid ${join(folder, 'nginx.pid')}; error_log stderr notice;`,
          'events { worker_connections 1024; }',
          'http {',
          ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
            (name) => `${name}_temp_path ${join(folder, 'tmp', name)};`,
          ),
          `log_subrequest on; log_format asked $upstream_cache_status; access_log ${join(folder, 'access.log')} asked;`,
          `include ${join(folder, 'ota-bench.conf')}; }`,
        ].join('\n'),
      )
      await start()
    },
  }
}
