import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deltaCodecs } from '../../electron/platform/delta-engine/delta-formats.ts'
import { programPair } from '../helpers/firmware-images.ts'
import { isShort } from './length.ts'
import { table } from './scratch.ts'

const LARGE_BYTES = 64 << 20
/** docs/diff-formats.md §2.4 */
const ZSTD_UP_TO = 32 << 20

/** Two builds of one program that Debian installs with grub-efi-amd64-bin. */
const GRUB = '/usr/lib/grub/x86_64-efi/monolithic'
const GRUB_PAIR = ['gcdx64.efi', 'grubx64.efi'] as const

/** Formats that make what is no delta of such a pair. */
const OTHERS = new Set(['detools-espressif', 'zip'])

interface Pair {
  readonly name: string
  readonly before: string
  readonly after: string
}

interface Figures {
  readonly size: number
  readonly seconds: number
  readonly megabytes: number
}

/** GNU time says how much memory a program took; where it is missing nobody does. */
const TIME = '/usr/bin/time'

/** Another program's delta; undefined where it is not installed. */
const peer = (out: string, ...words: readonly string[]): Figures | undefined => {
  const figures = `${out}.time`
  const [program = '', ...rest] = existsSync(TIME) ? [TIME, '-f', '%M', '-o', figures, ...words] : words
  const started = performance.now()
  const { status } = spawnSync(program, rest, { stdio: 'ignore' })
  const seconds = (performance.now() - started) / 1000
  if (status !== 0) return undefined
  return { size: statSync(out).size, seconds, megabytes: program === TIME ? Number(readFileSync(figures)) / 1024 : 0 }
}

const ours = (format: string, { before, after }: Pair): Figures => {
  const program = fileURLToPath(new URL('./diff-one.ts', import.meta.url))
  return JSON.parse(execFileSync(process.execPath, [program, format, before, after], { encoding: 'utf8' })) as Figures
}

const peers = (directory: string, { before, after }: Pair) => {
  const out = join(directory, 'patch')
  const zstd = ['-qf', '-19', '--long=27', `--patch-from=${before}`, after, '-o', out]
  return [
    ['Debian bsdiff', () => peer(out, 'bsdiff', before, after, out)],
    ['xdelta3 -9 -S lzma', () => peer(out, 'xdelta3', '-f', '-e', '-9', '-S', 'lzma', '-s', before, after, out)],
    ['zstd -19 --patch-from', () => peer(out, 'zstd', ...zstd)],
    // Where somebody has built them: Debian has no packages of these two.
    ['hdiffz -SD lzma2', () => peer(out, 'hdiffz', '-f', '-SD', '-p-1', '-c-lzma2-9-16m', before, after, out)],
    ['hdiffi lzma 4 KB', () => peer(out, 'hdiffi', '-f', '-d', '-c-lzma-9-4k', before, after, out)],
    ['full image, xz -9e', () => peer(out, 'sh', '-c', 'exec xz -9e -c "$1" > "$2"', 'sh', after, out)],
  ] as const
}

/** 64 MB of blocks in another order, with scattered changes and an insertion in each: what a root file system does. */
const largePair = (): readonly [Uint8Array, Uint8Array] => {
  let state = 9
  const random = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return state >>> 8
  }
  const before = Buffer.alloc(LARGE_BYTES)
  for (let at = 0; at < LARGE_BYTES; at += 4)
    before.writeUInt32LE(random() % 3 === 0 ? random() : 0xe0000000 + (random() % 900), at)
  const block = 1 << 20
  const order = Array.from({ length: LARGE_BYTES / block }, (_, index) => (index * 27) % (LARGE_BYTES / block))
  const after = Buffer.concat(
    order.flatMap((index) => [before.subarray(index * block, (index + 1) * block), Buffer.alloc(50, index)]),
  )
  for (let change = 0; change < 20_000; change++) after[random() % after.length] = random()
  return [before, after]
}

/** Programs and blocks of a file system in a flash that is mostly erased; `grown`: bytes by which each stretch of padding differs. */
const flashDump = (size: number, program: Uint8Array, grown: number): Uint8Array => {
  const dump = Buffer.alloc(size, 0xff)
  const blocks = 60
  const block = Math.floor(program.length / blocks)
  const distance = Math.floor((size / 2 - block) / blocks)
  dump.set(program, 0x1000)
  for (let n = 0; n < blocks; n++)
    dump.set(program.subarray(n * block, (n + 1) * block), size / 2 + n * distance + (n % 5) * grown)
  return dump
}

const flashPair = (size: number): readonly [Uint8Array, Uint8Array] => {
  const [before, after] = programPair(isShort ? 60_000 : 1_200_000)
  return [flashDump(size, before, 0), flashDump(size, after, 1017)]
}

const written = (directory: string, name: string, [before, after]: readonly [Uint8Array, Uint8Array]): Pair => {
  const files = { before: join(directory, `${name}.old`), after: join(directory, `${name}.new`) }
  writeFileSync(files.before, before)
  writeFileSync(files.after, after)
  return { name, ...files }
}

const pairsOf = (folder: string): readonly Pair[] =>
  readdirSync(folder)
    .map((name) => ({ name, before: join(folder, name, 'old.bin'), after: join(folder, name, 'new.bin') }))
    .filter(({ before, after }) => existsSync(before) && existsSync(after))

const installedPairs = (): readonly Pair[] => {
  const [before, after] = GRUB_PAIR.map((name) => join(GRUB, name))
  return before && after && existsSync(before) && existsSync(after) ? [{ name: 'grub-efi', before, after }] : []
}

const row = (pair: Pair, program: string, { size, seconds, megabytes }: Figures): readonly string[] => {
  const full = statSync(pair.after).size
  const share = ((size / full) * 100).toFixed(2)
  return [pair.name, program, String(size), share, seconds.toFixed(2), megabytes > 0 ? megabytes.toFixed(0) : '-']
}

/**
 * Deltas of ours, each in a fresh process, beside those of other programs. Real pairs where folders are given or
 * installed; always one made up, and one of 64 MB for the memory it takes.
 */
export const bench = async (folders: readonly string[] = []): Promise<string> => {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    const given = folders.length > 0 ? folders.flatMap(pairsOf) : isShort ? [] : installedPairs()
    const rows: (readonly string[])[] = []
    const formats = Object.keys(deltaCodecs).filter((name) => !OTHERS.has(name))
    const made = [
      written(directory, 'made up', programPair(isShort ? 60_000 : 1_200_000)),
      written(directory, 'flash dump', flashPair(isShort ? 1 << 20 : 16 << 20)),
      ...(isShort ? [] : [written(directory, 'mostly padding, 64 MB', flashPair(LARGE_BYTES))]),
    ]
    for (const pair of [...given, ...made]) {
      for (const format of formats.filter((name) => name !== 'zstd' || statSync(pair.before).size <= ZSTD_UP_TO))
        rows.push(row(pair, format, ours(format, pair)))
      for (const [program, run] of peers(directory, pair)) {
        const figures = run()
        if (figures) rows.push(row(pair, program, figures))
      }
    }
    const large = isShort ? undefined : written(directory, 'made up, 64 MB', largePair())
    for (const format of ['bsdiff', 'hpatch-lite'].filter((name) => formats.includes(name)))
      if (large) rows.push(row(large, format, ours(format, large)))
    const title = `Deltas (${folders.map((folder) => basename(folder)).join(', ') || 'pairs of this machine'})`
    return table(title, ['pair', 'by', 'bytes', '% of new', 's', 'peak MB'], rows)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
