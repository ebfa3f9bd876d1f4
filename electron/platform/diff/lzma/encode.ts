import type lzma from 'lzma-native'
import { unbroken } from '../unbroken.ts'

/** How an LZMA1 stream is written; a decoder needs the same figures. */
export interface LzmaOptions {
  /** Bytes a match may reach back, which is the memory a decoder needs for its window. */
  readonly dictionarySize: number
  /** Bits of the last literal that choose the context of the next one, 0-4. */
  readonly lc: number
  /** Bits of the position that choose the context of a literal, 0-4; lc + lp is 4 at most. */
  readonly lp: number
  /** Bits of the position that choose the context of everything else, 0-4. */
  readonly pb: number
}

/** liblzma, api/lzma/lzma12.h: lzma_mode, lzma_match_finder. */
const MODE_NORMAL = 2
const MATCH_FINDER_BT4 = 0x14

/** A match of this length is taken as it is. 273, the longest there is, makes patches 0.5-1 % smaller and takes twice the time; 64 makes them 2 % larger. */
const NICE_LENGTH = 128

/** Bytes handed over at a time; some hundredths of a second of work, for which the end of a thread waits. */
const PIECE = 128 << 10

/** What lzma-native takes that its types do not know. It reads these names alone and ignores others without a word (src/util.cpp). */
const rawOptions = (options: LzmaOptions): lzma.LzmaOptions => {
  const filter = {
    id: 'LZMA_FILTER_LZMA1',
    options: {
      dictSize: options.dictionarySize,
      lc: options.lc,
      lp: options.lp,
      pb: options.pb,
      mode: MODE_NORMAL,
      mf: MATCH_FINDER_BT4,
      niceLen: NICE_LENGTH,
      // As deep as liblzma sees fit for that length.
      depth: 0,
    },
  }
  const raw: lzma.LzmaOptions & { readonly filters: readonly (typeof filter)[] } = {
    synchronous: true,
    filters: [filter],
  }
  return raw
}

/**
 * A raw LZMA1 stream (no header) with the end marker, which decoders that know the size never come to.
 * Synchronous inside, for workers: the asynchronous way of the library runs on the thread pool that files are read by.
 */
export const encodeLzma = async (bytes: Uint8Array, options: LzmaOptions): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  const fault = Promise.withResolvers<never>()
  fault.promise.catch(() => {})
  const stream = await unbroken(async () => {
    // Only now: it has no build for some systems (Windows on ARM, musl), where other formats work all the same.
    const { default: liblzma } = await import('lzma-native')
    return liblzma.createStream('rawEncoder', rawOptions(options))
  })
  stream.on('data', (part: Uint8Array) => parts.push(part))
  stream.on('error', fault.reject)
  for (let at = 0; at < bytes.length; at += PIECE) {
    const taken = Promise.withResolvers<void>()
    await unbroken(() => {
      stream.write(bytes.subarray(at, at + PIECE), () => taken.resolve())
      return Promise.race([taken.promise, fault.promise])
    })
  }
  const ended = Promise.withResolvers<void>()
  stream.on('end', ended.resolve)
  await unbroken(() => {
    stream.end()
    return Promise.race([ended.promise, fault.promise])
  })
  return Buffer.concat(parts)
}

/** The byte that says how a stream was written (LZMA specification, "lc, lp and pb"). */
export const lzmaProperties = ({ lc, lp, pb }: LzmaOptions): number => (pb * 5 + lp) * 9 + lc
