import { readWal } from './write-ahead-log.ts'

/** The state of a database and its log, read from their bytes before SQLite may change either. */
type DatabaseState =
  | { readonly kind: 'missing' | 'empty' | 'foreign' | 'ok' }
  /** The file ends before its last page. Bytes. */
  | { readonly kind: 'truncated'; readonly size: number; readonly expected: number }
  /** `frame`: counted from 1; 0: the log's header. */
  | { readonly kind: 'logDamaged'; readonly frame: number }

interface DatabaseBytes {
  /** Undefined when there is no file. */
  readonly size: number | undefined
  /** The first 100 bytes, or fewer when the file is shorter. */
  readonly head: Uint8Array
  /** The whole log; empty when there is none. */
  readonly wal: Uint8Array
}

/** SQLite file format 1.3. */
const HEAD = 100
const MAGIC = 'SQLite format 3\0'

/** Inspects a database by its header, its length and its log. */
export const inspectDatabase = ({ size, head, wal }: DatabaseBytes): DatabaseState => {
  if (size === undefined) return { kind: 'missing' }
  if (size === 0) return { kind: 'empty' }
  const begin = new TextDecoder('latin1').decode(head.subarray(0, MAGIC.length))
  if (head.length < HEAD) {
    if (MAGIC.startsWith(begin)) return { kind: 'truncated', size, expected: HEAD }
    return { kind: 'foreign' }
  }
  if (begin !== MAGIC) return { kind: 'foreign' }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  // The value 1 means 65536, which does not fit into two bytes.
  const pageSize = view.getUint16(16) === 1 ? 65_536 : view.getUint16(16)
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0) return { kind: 'foreign' }
  const log = readWal(wal)
  if (log.kind === 'damaged') return { kind: 'logDamaged', frame: log.frame }

  const there = Math.floor(size / pageSize)
  // The page count is valid only when the same write set both of these fields.
  const counted = view.getUint32(24) === view.getUint32(92) ? view.getUint32(28) : 0
  const expected = log.kind === 'ok' ? log.size : counted
  for (let page = there + 1; page <= expected; page++)
    if (log.kind !== 'ok' || !log.pages.has(page)) return { kind: 'truncated', size, expected: expected * pageSize }
  return { kind: 'ok' }
}
