import { chmodSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { closeToOthers } from '../../electron/platform/store/directory.ts'
import { spawnStation } from '../helpers/station-process.ts'
import { scratch } from '../launch/launched.ts'

const modeOf = (path: string): number => lstatSync(path).mode & 0o777
/** Everything in a directory that others than its owner may touch. */
const openIn = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !lstatSync(path).isSymbolicLink() && (modeOf(path) & 0o077) !== 0)

it.skipIf(process.platform === 'win32')('no other user of the machine reads anything of a new station', async () => {
  using room = scratch()
  const data = join(room.path, 'data')
  const station = await spawnStation(data)
  const product = await station.call<{ id: number }>('POST', '/products', { name: 'P', protocol: 'sagoo' })
  const upload = await station.upload('app.bin', Buffer.alloc(5000, 1))
  await station.call('POST', '/packages', { productId: product.id, name: 'p', version: '1', uploads: [upload] })
  await station.upload('waiting.bin', Buffer.alloc(5000, 2))
  expect(modeOf(data)).toBe(0o700)
  for (const name of ['ota-bench.sqlite', 'ota-bench.sqlite-wal', 'ota-bench.sqlite-shm', 'tls/ca.key'])
    expect(modeOf(join(data, name)), name).toBe(0o600)
  // A certificate is no secret: devices are given it.
  expect(openIn(data).filter((path) => !path.endsWith('.pem'))).toEqual([])
  const ended = new Promise((resolve) => station.child.once('close', resolve))
  station.child.kill('SIGTERM')
  await ended
})

it.skipIf(process.platform === 'win32')('what earlier versions left open is closed, what is not ours stays', () => {
  using room = scratch()
  const data = join(room.path, 'data')
  const outside = join(room.path, 'outside')
  writeFileSync(outside, 'of somebody', { mode: 0o644 })
  for (const folder of ['blobs/ab', 'tls', 'backups', 'staging', 'notes'])
    mkdirSync(join(data, folder), { recursive: true, mode: 0o755 })
  for (const file of ['ota-bench.sqlite', 'ota-bench.sqlite-wal', 'blobs/ab/x', 'tls/ca.key', 'backups/b', 'notes/n'])
    writeFileSync(join(data, file), 'x', { mode: 0o644 })
  symlinkSync(outside, join(data, 'tls', 'link'))
  chmodSync(data, 0o755)
  expect(closeToOthers(data)).toEqual([data])
  const notes = join(data, 'notes')
  expect(openIn(data).sort()).toEqual([notes, join(notes, 'n')])
  // Somebody keeps other things in it: the directory itself is not ours alone.
  expect(modeOf(data)).toBe(0o755)
  expect(modeOf(outside)).toBe(0o644)
})
