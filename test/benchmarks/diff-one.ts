import { existsSync, readFileSync } from 'node:fs'
import { deltaCodecs } from '../../electron/platform/delta-engine/delta-formats.ts'
import type { MadeFormat } from '../../electron/platform/delta-engine/make-job.ts'

// node diff-one.ts FORMAT OLD NEW: makes one delta in a fresh process, restores it, and prints what that took.

const read = (path: string | undefined): Uint8Array => {
  const { buffer, byteOffset, length } = readFileSync(path ?? '')
  return new Uint8Array(buffer, byteOffset, length)
}

const [, , name, oldFile, newFile] = process.argv
const format = deltaCodecs[name as MadeFormat]
if (!format) throw new Error(`no format ${name}`)
const before = read(oldFile)
const after = read(newFile)
const started = performance.now()
const delta = await format.make(before, after, {})
const seconds = (performance.now() - started) / 1000
const restored = await format.restore(before, delta, after.length)
if (Buffer.compare(restored, after) !== 0) throw new Error(`${name} was restored to something else`)
// Linux hands the largest memory of the parent down to `maxRSS`; that of /proc begins with the program (proc(5)).
const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'latin1') : ''
const peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS)
const answer = { size: delta.length, seconds, megabytes: peak / 1024 }
process.stdout.write(`${JSON.stringify(answer)}\n`)
