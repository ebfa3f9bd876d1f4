import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../electron/platform/basics/clock.ts'
import { createDownloadServer } from '../../electron/platform/download/server.ts'
import { createRouter } from '../../electron/platform/http/router.ts'
import { makeIdentities } from '../helpers/identities.ts'
import { run } from '../helpers/program.ts'
import { patterned, startBench } from './fixture.ts'

const silent = { warn: () => undefined, error: () => undefined }
const clock = { now: () => 0, steady: () => 0, after: systemClock.after }

/** Connects, asks, and tells how many bytes arrived when the first did and when the connection ended. */
const fetchSlowly = (port: number, path: string) => {
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<number>()
  let received = 0
  const socket = connect(port, '127.0.0.1', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`))
  socket.once('readable', () => begun.resolve())
  socket.on('error', () => undefined)
  socket.on('close', () => ended.resolve(received))
  const goOn = () => socket.on('data', (chunk) => (received += chunk.length))
  return { begun: begun.promise, ended: ended.promise, goOn }
}

describe('the download server', () => {
  it('refuses to start on a port in use, with the error of the system', async () => {
    await using bench = await startBench()
    const second = createDownloadServer({
      host: '127.0.0.1',
      port: bench.port,
      handler: () => undefined,
      clock,
      logger: silent,
    })
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await second.stop()
  })

  it('lets downloads under way finish when it stops, and closes idle connections at once', async () => {
    await using bench = await startBench()
    const content = patterned(32 * 1024 * 1024)
    const { file } = await bench.offer(1, content)
    const idle = connect(bench.port, '127.0.0.1').resume()
    await once(idle, 'connect')
    const idleClosed = once(idle, 'close')
    const download = fetchSlowly(bench.port, file)
    await download.begun
    const stopped = bench.server.stop(20_000)
    expect(bench.server.stop()).toBe(stopped)
    await idleClosed
    download.goOn()
    expect(await download.ended).toBeGreaterThan(content.length)
    await stopped
  })

  it('cuts downloads that take longer than it was given to stop', async () => {
    await using bench = await startBench()
    const { file } = await bench.offer(1, patterned(32 * 1024 * 1024))
    const download = fetchSlowly(bench.port, file)
    await download.begun
    await bench.server.stop(0)
    download.goOn()
    expect(await download.ended).toBeLessThan(32 * 1024 * 1024)
  })

  it('does not wait for a client that is still in its TLS handshake longer than it was given to stop', async () => {
    const { identities: tls } = await makeIdentities()
    await using bench = await startBench({ tls })
    const silentClient = connect(bench.port, '127.0.0.1').resume()
    await once(silentClient, 'connect')
    const closed = once(silentClient, 'close')
    await bench.server.stop(20_000)
    await closed
  })

  it('lets a download over TLS finish when it stops', async () => {
    const { identities: tls } = await makeIdentities()
    await using bench = await startBench({ tls })
    const content = patterned(32 * 1024 * 1024)
    const { url } = await bench.offer(1, content)
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = request(url, { rejectUnauthorized: false }, resolve)
      asked.on('error', reject)
      asked.end()
    })
    const stopped = bench.server.stop(20_000)
    let received = 0
    for await (const chunk of response) received += (chunk as Buffer).length
    expect(received).toBe(content.length)
    await stopped
  })

  it('stops without having started', async () => {
    await createDownloadServer({ host: '127.0.0.1', port: 0, handler: () => undefined, clock, logger: silent }).stop()
  })

  it('hands each request to the route with the longest prefix, and answers 500 when one fails', async () => {
    const faults: unknown[] = []
    const handler = createRouter(
      [
        { prefix: '/ota/', handle: (_, response) => void response.end('downloads') },
        { prefix: '/ota/south/', handle: (_, response) => void response.end('south') },
        {
          prefix: '/throws/',
          handle: () => {
            throw new Error('at once')
          },
        },
        {
          prefix: '/rejects/',
          handle: async () => {
            throw new Error('later')
          },
        },
      ],
      { error: (fault: unknown) => void faults.push(fault) },
    )
    const server = createDownloadServer({ host: '127.0.0.1', port: 0, handler, clock, logger: silent })
    await server.start()
    const ask = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`)
      return [response.status, await response.text()]
    }
    expect(await ask('/ota/south/check?type=1')).toEqual([200, 'south'])
    expect(await ask('/ota/x/app.bin')).toEqual([200, 'downloads'])
    expect((await ask('/other'))[0]).toBe(404)
    expect((await ask('/throws/'))[0]).toBe(500)
    expect((await ask('/rejects/'))[0]).toBe(500)
    expect(faults).toHaveLength(2)
    await server.stop()
  })

  it('gives curl the whole file, a resumed one, and several ranges', async () => {
    await using bench = await startBench()
    const content = patterned(300_000)
    const { url } = await bench.offer(1, content)
    const directory = await mkdtemp(join(tmpdir(), 'ota-curl-'))
    try {
      const out = join(directory, 'app.bin')
      await run('curl', ['-sSf', '-o', out, url])
      expect((await readFile(out)).equals(content)).toBe(true)

      const half = join(directory, 'half.bin')
      await run('curl', ['-sSf', '-r', '0-149999', '-o', half, url])
      await run('curl', ['-sSf', '-C', '-', '-o', half, url])
      expect((await readFile(half)).equals(content)).toBe(true)

      const several = await run('curl', ['-sSf', '-r', '0-1,5-6', '-o', out, '-w', '%{http_code} %{content_type}', url])
      expect(several.stdout).toMatch(/^206 multipart\/byteranges; boundary=/)
      const beyond = await run('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code}', '-r', '300000-', url])
      expect(beyond.stdout).toBe('416')
      const old = await run('curl', ['-sSf', '--http1.0', '-o', out, '-w', '%{http_code} %{size_download}', url])
      expect(old.stdout).toBe('200 300000')
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
