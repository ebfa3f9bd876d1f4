import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, expect, test } from 'vitest'
import { bsdiff } from '../../electron/platform/delta-engine/bsdiff.ts'
import {
  createDeltaEngine,
  type DeltaEngine,
  type DeltaEngineOptions,
} from '../../electron/platform/delta-engine/delta-engine.ts'
import { programPair } from '../helpers/firmware-images.ts'

const directory = mkdtempSync(join(tmpdir(), 'diff-'))
afterAll(() => rmSync(directory, { recursive: true }))

const engines: DeltaEngine[] = []
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close()
})
const engineWith = (options?: DeltaEngineOptions): DeltaEngine => {
  const engine = createDeltaEngine(options)
  engines.push(engine)
  return engine
}

const file = (name: string, bytes: Uint8Array | string): string => {
  const path = join(directory, name)
  writeFileSync(path, bytes)
  return path
}
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const [oldImage, newImage] = programPair(40_000)
const before = file('old.bin', oldImage)
const after = file('new.bin', newImage)
/** A program of a thread that behaves as a test wants. */
const thread = (name: string, program: string): URL => pathToFileURL(file(`${name}.mjs`, program))

test('a patch is made in a thread, restored there, and judged', async () => {
  const seen: number[] = []
  const made = await engineWith().make({ before, after, format: 'bsdiff', onProgress: (share) => seen.push(share) })
  expect(made.size).toBe(made.delta.length)
  expect(made.sha256).toBe(sha256(made.delta))
  expect(made.before).toEqual({ size: oldImage.length, sha256: sha256(oldImage) })
  expect(made.after).toEqual({ size: newImage.length, sha256: sha256(newImage) })
  expect(made.advice).toMatchObject({ kind: 'ok', deltaSize: made.size, fullSize: newImage.length, container: null })
  expect(Buffer.compare(await bsdiff.restore(oldImage, made.delta, newImage.length), newImage)).toBe(0)
  expect(seen.length).toBeGreaterThan(0)
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
})

test('a patch made elsewhere is applied, to see what it leads to; one for another image is refused', async () => {
  const engine = engineWith()
  const delta = file('own.patch', await bsdiff.make(oldImage, newImage, {}))
  const job = { before, delta, format: 'bsdiff', limit: newImage.length } as const
  expect(await engine.restore(job)).toEqual({ size: newImage.length, sha256: sha256(newImage) })
  await expect(engine.restore({ ...job, limit: 100 })).rejects.toMatchObject({ code: 'DIFF_BAD_PATCH' })
  const small = file('small.bin', oldImage.subarray(0, 1000))
  await expect(engine.restore({ ...job, before: small })).rejects.toMatchObject({ code: 'DIFF_BAD_PATCH' })
})

test('images that a format cannot take, and such that this machine cannot, are refused in words', async () => {
  const large = file('large.bin', new Uint8Array((32 << 20) + 1))
  await expect(engineWith().make({ before, after: large, format: 'zstd' })).rejects.toMatchObject({
    code: 'DIFF_TOO_LARGE',
    data: { format: 'zstd', limit: '32 MB' },
  })
  const poor = engineWith({ freeMemory: () => 10 << 20 })
  await expect(poor.make({ before, after, format: 'bsdiff' })).rejects.toMatchObject({
    code: 'DIFF_MEMORY',
    data: { free: '10 MB' },
  })
  const careful = engineWith({ memoryLimit: 20 << 20 })
  await expect(careful.make({ before, after, format: 'bsdiff' })).rejects.toMatchObject({ code: 'DIFF_MEMORY' })
  expect((await engineWith().make({ before, after, format: 'zstd' })).size).toBeGreaterThan(0)
})

test('an image that is not there is the answer, and the next job has its turn', async () => {
  const engine = engineWith()
  const gone = join(directory, 'gone')
  await expect(engine.make({ before: gone, after, format: 'bsdiff' })).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(engine.make({ before: directory, after, format: 'bsdiff' })).rejects.toMatchObject({
    code: 'DIFF_FAILED',
  })
  expect((await engine.make({ before, after, format: 'bsdiff' })).size).toBeGreaterThan(0)
})

test('work that never ends is ended when it is cancelled, running or waiting, and the next has its turn', async () => {
  const program = `
    import { parentPort, workerData } from 'node:worker_threads'
    parentPort.postMessage({ type: 'progress', share: 0.1 })
    if (workerData.format === 'bsdiff') for (;;);
    parentPort.postMessage({ type: 'restored', image: { size: 1, sha256: '' } })`
  const engine = engineWith({ workerUrl: thread('endless', program) })
  const [running, waiting] = [new AbortController(), new AbortController()]
  const started = Promise.withResolvers<void>()
  const endless = engine.make({
    before,
    after,
    format: 'bsdiff',
    signal: running.signal,
    onProgress: () => started.resolve(),
  })
  // Only then the others: whose files are looked at first has the first turn.
  await started.promise
  const second = engine.make({ before, after, format: 'bsdiff', signal: waiting.signal })
  const third = engine.restore({ before, delta: after, format: 'zstd', limit: 1 })
  // Theirs have been looked at when ours, asked for later, have.
  await Promise.all([stat(before), stat(after)])
  waiting.abort(new Error('not wanted'))
  await expect(second).rejects.toThrow('not wanted')
  running.abort(new Error('enough'))
  await expect(endless).rejects.toThrow('enough')
  expect(await third).toEqual({ size: 1, sha256: '' })
})

test('what is made of a large new image counts, by its format', () => {
  const engine = engineWith({ freeMemory: () => 240 << 20 })
  const [small, large] = [1 << 20, 16 << 20]
  expect(engine.hasRoom('bsdiff', small, large)).toBe(true)
  expect(engine.hasRoom('hpatch-lite', small, large)).toBe(false)
  expect(engine.hasRoom('detools', small, large)).toBe(false)
  expect(engine.hasRoom('bsdiff', large, small)).toBe(true)
  expect(engine.hasRoom('zip', large, small)).toBe(false)
  // Measured with images of random bytes, one in a hundred changed: 1,050 MB and 390 MB.
  const [older, newer] = [33 << 20, 132 << 20]
  expect(engineWith({ freeMemory: () => 1050 << 20 }).hasRoom('detools', older, newer)).toBe(false)
  expect(engineWith({ freeMemory: () => 390 << 20 }).hasRoom('detools', 4 << 20, 48 << 20)).toBe(false)
  expect(engineWith({ freeMemory: () => 700 << 20 }).hasRoom('hpatch-lite', 64 << 20, 64 << 20)).toBe(true)
})

test('memory that a job may still take is not given to another, which waits for its end', async () => {
  const program = `
    import { parentPort } from 'node:worker_threads'
    parentPort.postMessage({ type: 'progress', share: 0.1 })
    for (;;);`
  const options = { workers: 2, freeMemory: () => 100 << 20, workerUrl: thread('holding', program) }
  const engine = engineWith(options)
  const hasRoom = () => engine.hasRoom('bsdiff', oldImage.length, newImage.length)
  expect(hasRoom()).toBe(true)
  const running = new AbortController()
  const started = Promise.withResolvers<void>()
  const job = { before, after, format: 'bsdiff' } as const
  const first = engine.make({ ...job, signal: running.signal, onProgress: () => started.resolve() })
  await started.promise
  expect(hasRoom()).toBe(false)
  const [waiting, next] = [new AbortController(), new AbortController()]
  const unwanted = engine.make({ ...job, signal: waiting.signal })
  waiting.abort(new Error('not wanted'))
  await expect(unwanted).rejects.toThrow('not wanted')
  const begun = Promise.withResolvers<void>()
  const second = engine.make({ ...job, signal: next.signal, onProgress: () => begun.resolve() })
  running.abort(new Error('enough'))
  await expect(first).rejects.toThrow('enough')
  await begun.promise
  expect(hasRoom()).toBe(false)
  next.abort(new Error('enough'))
  await expect(second).rejects.toThrow('enough')
})

test('a thread that dies, and one whose patch leads elsewhere, are errors with a code', async () => {
  const dying = engineWith({ workerUrl: thread('dying', `throw new Error('broken')`) })
  await expect(dying.make({ before, after, format: 'bsdiff' })).rejects.toMatchObject({
    code: 'DIFF_FAILED',
    data: { detail: 'broken' },
  })
  const quiet = engineWith({ workerUrl: thread('quiet', `process.exit(3)`) })
  await expect(quiet.make({ before, after, format: 'bsdiff' })).rejects.toMatchObject({ code: 'DIFF_FAILED' })
  const wrong = `
    import { parentPort } from 'node:worker_threads'
    parentPort.postMessage({ type: 'failed', why: 'not-restored', detail: 'another image came out' })`
  const misled = engineWith({ workerUrl: thread('misled', wrong) })
  await expect(misled.make({ before, after, format: 'bsdiff' })).rejects.toMatchObject({ code: 'DIFF_NOT_RESTORED' })
  const greedy = engineWith({
    workerUrl: thread('greedy', `throw Object.assign(new Error('heap'), { code: 'ERR_WORKER_OUT_OF_MEMORY' })`),
  })
  await expect(greedy.make({ before, after, format: 'bsdiff' })).rejects.toMatchObject({ code: 'DIFF_OUT_OF_MEMORY' })
})

test('closing ends what runs and what waits', async () => {
  const engine = engineWith({ workerUrl: thread('busy', 'for (;;);') })
  const jobs = [1, 2].map(() => engine.make({ before, after, format: 'bsdiff' }))
  const ends = Promise.allSettled(jobs)
  await engine.close()
  for (const end of await ends) expect(end).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } })
  await expect(engine.make({ before, after, format: 'bsdiff' })).rejects.toThrow('closed')
})

test.runIf(process.platform === 'linux')('the thread is less urgent than those that serve', async () => {
  const nices = (): string[] =>
    readdirSync('/proc/self/task').map(
      (id) => readFileSync(`/proc/self/task/${id}/stat`, 'utf8').split(') ')[1]?.split(' ')[16] ?? '',
    )
  const seen = Promise.withResolvers<string[]>()
  const [bigOld, bigNew] = programPair(400_000)
  await engineWith().make({
    before: file('big-old.bin', bigOld),
    after: file('big-new.bin', bigNew),
    format: 'bsdiff',
    onProgress: () => seen.resolve(nices()),
  })
  expect((await seen.promise).toSorted()).toContain('10')
  expect(nices()).toContain(String(getPriority()))
})
