/** SQLite file format 4.1: sizes of the log's header and of each frame header. */
const HEADER = 32
const FRAME_HEADER = 24
const MAGIC = 0x377f0682
const FORMAT = 3007000
/** Bytes of a header that its checksum covers. */
const COVERED = 24
/** The number of times a log may have restarted over its earlier content: such leftovers are not damage. */
const REMAINS = 100_000

/** What a write-ahead log says about the database beside it. */
type WalState =
  /** Nothing in it counts. */
  | { readonly kind: 'empty' }
  /** `pages`: the pages it holds; `size`: pages of the database after its last commit. */
  | { readonly kind: 'ok'; readonly pages: ReadonlySet<number>; readonly size: number }
  /** Data that was once synced can no longer be read. `frame`: its position, counted from 1; 0: the header. */
  | { readonly kind: 'damaged'; readonly frame: number }

type Sum = readonly [number, number]

interface Frame {
  readonly page: number
  /** Pages of the database after this commit; 0: the frame does not end a transaction. */
  readonly commit: number
  readonly ofThisLog: boolean
  readonly salt: number
  /** Whether its checksum continues correctly from the checksum of the frame before. */
  follows(before: Sum): boolean
  readonly sum: Sum
}

/**
 * Reads a write-ahead log as SQLite does, and distinguishes damage from the effect of a power loss. A power loss keeps everything
 * that was synced: the last transaction may be incomplete, followed by leftovers of the earlier log or by nothing. The store syncs
 * each transaction before it begins the next, so valid frames of a later transaction behind a bad frame, or bytes that belong
 * neither to this log nor to an earlier one, are damage. SQLite itself silently stops reading there.
 */
export const readWal = (bytes: Uint8Array): WalState => {
  if (bytes.length < HEADER) return { kind: 'empty' }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const magic = view.getUint32(0)
  const pageSize = view.getUint32(8)
  const littleEndian = magic === MAGIC
  const headerSum = checksum(view, 0, COVERED, [0, 0], littleEndian)
  const salts: Sum = [view.getUint32(16), view.getUint32(20)]
  if (
    (magic & ~1) >>> 0 !== MAGIC ||
    view.getUint32(4) !== FORMAT ||
    pageSize < 512 ||
    pageSize > 65_536 ||
    (pageSize & (pageSize - 1)) !== 0 ||
    headerSum[0] !== view.getUint32(24) ||
    headerSum[1] !== view.getUint32(28)
  )
    return { kind: 'damaged', frame: 0 }

  const count = Math.floor((bytes.length - HEADER) / (FRAME_HEADER + pageSize))
  const frameAt = (n: number): Frame => {
    const at = HEADER + n * (FRAME_HEADER + pageSize)
    const sum: Sum = [view.getUint32(at + 16), view.getUint32(at + 20)]
    const salt = view.getUint32(at + 8)
    return {
      page: view.getUint32(at),
      commit: view.getUint32(at + 4),
      ofThisLog: salt === salts[0] && view.getUint32(at + 12) === salts[1],
      salt,
      follows(before) {
        const ofHeader = checksum(view, at, 8, before, littleEndian)
        const [a, b] = checksum(view, at + FRAME_HEADER, pageSize, ofHeader, littleEndian)
        return a === sum[0] && b === sum[1]
      },
      sum,
    }
  }

  const pages = new Set<number>()
  let pending: number[] = []
  let size = 0
  let before = headerSum
  let n = 0
  for (; n < count; n++) {
    const frame = frameAt(n)
    if (!frame.ofThisLog || !frame.follows(before)) break
    pending.push(frame.page)
    if (frame.commit > 0) {
      for (const page of pending) pages.add(page)
      pending = []
      size = frame.commit
    }
    before = frame.sum
  }
  if (n < count && isDamage(n, count, frameAt, salts)) return { kind: 'damaged', frame: n + 1 }
  return size === 0 ? { kind: 'empty' } : { kind: 'ok', pages, size }
}

/** Whether the frame where reading stopped was once complete. */
const isDamage = (bad: number, count: number, frameAt: (n: number) => Frame, salts: Sum): boolean => {
  const first = frameAt(bad)
  const age = (salts[0] - first.salt) >>> 0
  if (!first.ofThisLog && first.salt !== 0 && age > REMAINS) return true
  // Reading can continue behind it, because every frame carries the checksum from which the next one starts.
  let ended = first.commit > 0
  for (let n = bad + 1; n < count; n++) {
    const frame = frameAt(n)
    if (!frame.ofThisLog) continue
    if (ended && frame.follows(frameAt(n - 1).sum)) return true
    if (frame.commit > 0) ended = true
  }
  return false
}

/** SQLite file format 4.2. `length` is a multiple of eight. */
const checksum = (view: DataView, at: number, length: number, seed: Sum, littleEndian: boolean): Sum => {
  let [a, b] = seed
  for (let end = at + length; at < end; at += 8) {
    a = (a + view.getUint32(at, littleEndian) + b) >>> 0
    b = (b + view.getUint32(at + 4, littleEndian) + a) >>> 0
  }
  return [a, b]
}
