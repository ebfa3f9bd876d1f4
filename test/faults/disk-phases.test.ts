import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { formOf } from '../helpers/http.ts'
import { anyPorts, builtStation, launch, ready, scratch } from '../launch/launched.ts'
import { limits } from '../limits.mjs'
import { isSoak } from './length.ts'

/** Mounts a disk where no other process sees it, and becomes the program that follows. */
const onSmallDisk = (directory: string, program: readonly string[]): string[] => [
  ...['-rm', 'sh', '-ec', 'mount -t tmpfs -o size=16m none "$0"; exec "$@"'],
  ...[directory, ...program],
]

const mayMount = (): boolean => {
  using directory = scratch()
  return spawnSync('unshare', onSmallDisk(directory.path, ['true']), { timeout: limits.program }).status === 0
}

/** What is left when the work begins: each breaks off somewhere else. */
const kilobytesLeft = isSoak ? [0, 4, 8, 16, ...Array.from({ length: 28 }, (_, n) => 32 + n * 48)] : [0, 64, 400]

interface Page {
  readonly items: readonly { readonly id: number; readonly name: string }[]
}

describe.skipIf(!mayMount())('a disk that fills up in the middle of the work', () => {
  it.each(kilobytesLeft)(
    'with %d KB left loses nothing that was answered, says so, and goes on when there is room',
    async (left) => {
      const data = scratch()
      const program = [process.execPath, builtStation, '--data', data.path, '--no-tls', '--token', 't']
      const station = launch('unshare', onSmallDisk(data.path, [...program, ...anyPorts]))
      onTestFinished(async () => {
        await station[Symbol.asyncDispose]()
        data[Symbol.dispose]()
      })
      const { api } = await ready(station)
      const call = async (method: string, path: string, body?: object) => {
        const response = await fetch(`${api}${path}`, {
          method,
          headers: { Authorization: 'Bearer t' },
          ...(body && { body: body instanceof FormData ? body : JSON.stringify(body) }),
        })
        return { status: response.status, body: (await response.json()) as Page & { id?: number; code?: string } }
      }
      const disk = join('/proc', String(station.child.pid), 'root', data.path)
      const filler = join(disk, 'filler')
      const { bavail, bsize } = statfsSync(disk)
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - left * 1024)))

      const answered: [list: string, name: string][] = []
      const refusals: number[] = []
      const work = async (round: string): Promise<void> => {
        const add = async (list: string, name: string, body: object) => {
          const answer = await call('POST', list, body)
          if (answer.status === 200) answered.push([list, name])
          else {
            expect([answer.status, answer.body.code], `${list} ${JSON.stringify(answer.body)}`).toEqual([
              507,
              'DISK_FULL',
            ])
            refusals.push(answer.status)
          }
          return answer.body.id
        }
        const product = await add('/products', `P${round}`, { name: `P${round}`, key: `p${round}`, protocol: 'sagoo' })
        if (product === undefined) return
        for (let n = 0; n < 5; n += 1)
          await add('/devices', `d${round}${n}`, { productId: product, name: `d${round}${n}` })
        const file = (version: string) =>
          formOf([['app.bin', randomBytes(100_000)]], { productId: product, name: `${round}${version}`, version })
        const pack = await add('/packages', `${round}1.0`, file('1.0'))
        await add('/packages', `${round}2.0`, file('2.0'))
        if (pack !== undefined) await add('/campaigns', `c${round}`, { packageId: pack, name: `c${round}` })
      }
      await work('a')
      await work('b')
      if (left === 0) expect(refusals).not.toEqual([])
      rmSync(filler)
      refusals.length = 0
      await work('c')
      expect(refusals).toEqual([])
      for (const [list, name] of answered) {
        const { items } = (await call('GET', `${list}?limit=1000`)).body
        expect(items.map((item) => item.name)).toContain(name)
      }
      expect(station.child.exitCode).toBeNull()
    },
  )
})
