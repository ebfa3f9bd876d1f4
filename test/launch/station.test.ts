import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { version } from '../../electron/version.ts'
import { anyPorts, launch, ready, scratch } from './launched.ts'

const station = (...options: string[]) => launch(process.execPath, ['electron/launch/station.mjs', ...options])
const portOf = (url: string | null): number => Number(new URL(url ?? '').port)

describe('npm run station', () => {
  it('prints one ready line, serves at every address in it, and ends with 0 on SIGTERM', async () => {
    using data = scratch()
    await using launched = station('--data', data.path, ...anyPorts, '--token', 'abc')
    const info = await ready(launched)
    expect(info).toMatchObject({ version, token: 'abc', data: data.path })
    expect(info.ui).toBe(`${new URL(info.ui).origin}/?token=abc`)
    expect(info.api).toBe(`${new URL(info.ui).origin}/api/v1`)
    expect(await (await fetch(`${info.api}/health`)).json()).toEqual({ status: 'ok', version })
    for (const url of [info.mqtt, info.mqtts, info.http, info.https]) expect(portOf(url)).toBeGreaterThan(0)

    launched.child.kill('SIGTERM')
    expect(await launched.ended).toBe(0)
    expect(launched.out().trim().split('\n')).toHaveLength(1)
    for (const line of launched.err().trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
  })

  it('ends with 0 on SIGINT, also when npm and the terminal send it both', async () => {
    using data = scratch()
    await using launched = station('--data', data.path, ...anyPorts)
    await ready(launched)
    launched.child.kill('SIGINT')
    launched.child.kill('SIGINT')
    expect(await launched.ended).toBe(0)
  })

  it('ends with the npm that started it, so that nothing holds its ports', async () => {
    using directory = scratch()
    await using launched = launch('npm', ['run', '--silent', 'station', '--', '--data', directory.path, ...anyPorts])
    const { api } = await ready(launched)
    launched.child.kill('SIGTERM')
    // Its output closes when the last of npm, shell and station has gone.
    await launched.ended
    await expect(fetch(`${api}/health`)).rejects.toThrow()
    expect(launched.err()).toContain('"msg":"stopped"')
  })

  it('has no TLS addresses with --no-tls', async () => {
    using data = scratch()
    await using launched = station('--data', data.path, ...anyPorts, '--no-tls')
    expect(await ready(launched)).toMatchObject({ mqtts: null, https: null })
  })

  it('takes its options from the environment as well', async () => {
    using data = scratch()
    const env = { OTA_BENCH_DATA: data.path, OTA_BENCH_TOKEN: 'from-env', OTA_BENCH_NO_TLS: '1' }
    await using launched = launch(process.execPath, ['electron/launch/station.mjs', ...anyPorts], env)
    expect(await ready(launched)).toMatchObject({ data: data.path, token: 'from-env' })
  })

  it.each(['--mqtt-port', '--mqtts-port', '--http-port', '--https-port', '--ui-port'])(
    'ends with 1 when the port of %s is in use, naming both',
    async (option) => {
      using data = scratch()
      const taken = createServer()
      await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done))
      const address = taken.address()
      const port = typeof address === 'object' && address ? String(address.port) : ''
      await using launched = station('--data', data.path, ...anyPorts, option, port)
      expect(await launched.ended).toBe(1)
      taken.close()
      expect(launched.out()).toBe('')
      expect(launched.err()).toContain(`port ${port} on 127.0.0.1 is in use`)
      expect(launched.err()).toContain(option)
    },
  )

  it('ends with 1 when another station uses the data directory, which goes on unharmed', async () => {
    using data = scratch()
    await using first = station('--data', data.path, ...anyPorts)
    const { api } = await ready(first)
    await using second = station('--data', data.path, ...anyPorts)
    expect(await second.ended).toBe(1)
    expect(second.err()).toContain(data.path)
    expect((await fetch(`${api}/health`)).status).toBe(200)
  })

  it('starts again after kill -9: no lock stays behind', async () => {
    using data = scratch()
    await using first = station('--data', data.path, ...anyPorts)
    await ready(first)
    first.child.kill('SIGKILL')
    expect(await first.ended).toBe('SIGKILL')
    await using second = station('--data', data.path, ...anyPorts)
    await ready(second)
  })

  it('ends with 1 and the reason when the data directory cannot be one', async () => {
    using data = scratch()
    const file = join(data.path, 'file')
    writeFileSync(file, '')
    await using launched = station('--data', file, ...anyPorts)
    expect(await launched.ended).toBe(1)
    expect(launched.err()).toContain(file)
  })

  it('ends with 2 on an unknown option or a bad value, naming it', async () => {
    await using unknown = station('--prot', '1')
    await using bad = station('--ui-port', 'x')
    expect([await unknown.ended, await bad.ended]).toEqual([2, 2])
    expect(unknown.err()).toContain('--prot')
    expect(bad.err()).toContain('--ui-port takes a port number')
  })

  it('answers --help and --version with 0', async () => {
    await using help = station('--help')
    await using number = station('--version')
    expect([await help.ended, await number.ended]).toEqual([0, 0])
    expect(help.out()).toContain('--mqtt-port PORT')
    expect(number.out()).toBe(`${version}\n`)
  })

  it.skipIf(process.platform !== 'linux')(
    'runs with little memory for what is young, unless told otherwise',
    async () => {
      using data = scratch()
      /** What the system says of a program that runs: its arguments or its environment. */
      const told = (pid: number | undefined, what: 'cmdline' | 'environ') =>
        readFileSync(`/proc/${pid}/${what}`, 'utf8').split('\0')
      {
        await using launched = station('--data', data.path, ...anyPorts)
        await ready(launched)
        expect(told(launched.child.pid, 'cmdline')).toContain('--max-semi-space-size=4')
        expect(told(launched.child.pid, 'environ')).toContain('MALLOC_ARENA_MAX=2')
      }
      await using chosen = launch(process.execPath, ['electron/launch/station.mjs', '--data', data.path, ...anyPorts], {
        NODE_OPTIONS: '--max-semi-space-size=16',
      })
      await ready(chosen)
      expect(told(chosen.child.pid, 'cmdline')).not.toContain('--max-semi-space-size=4')
    },
  )

  it('runs from its sources just as built', async () => {
    using data = scratch()
    await using launched = launch(process.execPath, [
      ...['electron/station-process.ts', '--data', data.path],
      ...anyPorts,
    ])
    await ready(launched)
    launched.child.kill('SIGTERM')
    expect(await launched.ended).toBe(0)
  })
})
