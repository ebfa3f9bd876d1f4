import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { buffer, text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { findProgram } from '../broker/programs.ts'
import { authorize, prepareOneNet } from '../helpers/onenet.ts'
import { limits } from '../limits.mjs'

/** The commands of the vendor's guide (docs/protocols/onenet.md §6), as printed. */
const commands = readFileSync(new URL('../fixtures/onenet-curl.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n\n')

const curl = findProgram('curl')

/** The arguments of a printed command, with our host, a signature by our key, and the token that we were given. */
const adapted = (command: string, http: string, token: string): string[] => {
  const sign = authorize({ res: 'products/33704' }).split('sign=')[1] ?? ''
  const line = command
    .replaceAll('\n', ' ')
    .replace(/http:\/\/(ota\.heclouds\.com|183\.230\.40\.50:80)/, http)
    .replace(/sign=[^"]*/, `sign=${sign}`)
    .replace(/ota_[A-Za-z0-9]{20}/, token)
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)]
    .map(([, double, single, bare]) => double ?? single ?? bare ?? '')
    .slice(1)
}

describe('the document’s own commands', () => {
  it.skipIf(!curl)('report a version, find the task, check its token, download a range and report 100 %', async () => {
    const prepared = await prepareOneNet()
    const { id, bytes } = await prepared.campaign()
    const http = prepared.station.ready.http
    const paste = async (n: number, token = '') => {
      const { code, stdout, stderr } = await curled(['-s', '-S', ...adapted(commands[n] ?? '', http, token)])
      expect(stderr).toBe('')
      expect(code).toBe(0)
      return stdout
    }
    expect(String(await paste(0))).toBe('{"errno":0,"error":"succ"}')

    const found = JSON.parse(String(await paste(1))) as { data: Record<string, unknown> }
    expect(Object.keys(found.data)).toEqual([
      'target',
      'token',
      'size',
      'md5',
      'signal',
      'power',
      'retry',
      'interval',
      'type',
    ])
    expect(found).toEqual({
      errno: 0,
      error: 'succ',
      data: {
        target: '5.0',
        token: expect.stringMatching(/^ota_[A-Za-z0-9]{20}$/) as unknown,
        size: bytes.length,
        md5: createHash('md5').update(bytes).digest('hex'),
        signal: 0,
        power: 0,
        retry: 0,
        interval: 0,
        type: 1,
      },
    })
    const token = String(found.data.token)
    expect(await prepared.job(id)).toMatchObject({ state: 'notified', fromVersion: '4.0' })

    expect(String(await paste(2, token))).toBe('{"errno":0,"error":"succ"}')
    expect(await prepared.job(id)).toMatchObject({ state: 'downloading' })

    expect(await paste(3, token)).toEqual(bytes.subarray(50_500, 51_000))

    expect(String(await paste(4, token))).toBe('{"errno":0,"error":"succ"}')
    expect(await prepared.job(id)).toMatchObject({ state: 'installing', progress: 100 })
  })
})

/** Runs curl to its end; the station answers in this very process, so it must not block. */
const curled = async (args: readonly string[]): Promise<{ code: number; stdout: Buffer; stderr: string }> => {
  const child = spawn(curl ?? 'curl', args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: limits.program })
  const [[code], stdout, stderr] = await Promise.all([once(child, 'close'), buffer(child.stdout), text(child.stderr)])
  return { code: Number(code), stdout, stderr }
}
