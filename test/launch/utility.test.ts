import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { asEnvironment } from '../../electron/options/environment.ts'
import { parseOptions } from '../../electron/options.ts'
import { ReadyInfo } from '../../electron/station/ready-line.ts'
import { version } from '../../electron/version.ts'
import { anyPorts, launch, patience, ready, root, scratch } from './launched.ts'

/** The station process as the desktop host forks it: options in the environment, a parent port instead of streams. */
const forkStation = (options: readonly string[]): ChildProcess & AsyncDisposable => {
  const parsed = parseOptions(options, {})
  if (parsed.kind !== 'options') throw new Error(JSON.stringify(parsed))
  const child = fork(join(root, 'dist/station-process.js'), ['--not-an-option-of-ours'], {
    execArgv: ['--import', new URL('./parent-port.mjs', import.meta.url).href],
    env: { ...process.env, ...patience, ...asEnvironment(parsed.options) },
    silent: true,
  })
  const exited = once(child, 'exit')
  return Object.assign(child, {
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  })
}
const next = async (child: ChildProcess): Promise<unknown> => (await once(child, 'message'))[0]

describe('the station under the desktop host', () => {
  it('says by message that it is ready, serves a window over its port, and stops by message', async () => {
    using data = scratch()
    await using child = forkStation(['--data', data.path, ...anyPorts])
    let out = ''
    child.stdout?.on('data', (chunk) => {
      out += chunk
    })
    expect(ReadyInfo.parse(await next(child)).data).toBe(data.path)
    child.send({ event: 'port' })
    expect(await next(child)).toMatchObject({
      event: 'answered',
      health: { status: 'ok', version },
      info: { dataDirectory: data.path },
    })
    child.send({ event: 'nonsense' })
    child.send({ event: 'stop' })
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(out).toBe('')
  })

  it('says in words why it cannot start, and ends with 1', async () => {
    using data = scratch()
    const taken = createServer()
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done))
    const address = taken.address()
    const port = typeof address === 'object' && address ? String(address.port) : ''
    await using child = forkStation(['--data', data.path, ...anyPorts, '--http-port', port])
    const ended = once(child, 'exit')
    expect(await next(child)).toEqual({
      event: 'failed',
      failure: {
        code: 'PORT_IN_USE',
        data: { option: '--http-port', host: '127.0.0.1', port: Number(port), hostOption: '--host' },
        backups: [],
      },
    })
    expect(await ended).toEqual([1, null])
    taken.close()
  })
})

it('a fault nobody foresaw ends the station with 70 and a log line, so that it is started again', async () => {
  using data = scratch()
  const fault = 'data:text/javascript,process.on("SIGUSR2", () => { throw new Error("boom") })'
  await using launched = launch(process.execPath, [
    ...['--import', fault, 'dist/station-process.js', '--data', data.path],
    ...anyPorts,
  ])
  await ready(launched)
  launched.child.kill('SIGUSR2')
  expect(await launched.ended).toBe(70)
  const last = JSON.parse(launched.err().trim().split('\n').at(-1) ?? '')
  expect(last).toMatchObject({ level: 60, err: { message: 'boom' } })
})
