import { close, fdatasync, openSync } from 'node:fs'
import type Database from 'better-sqlite3'

interface Pending {
  readonly run: () => void
  readonly settle: (fault: Error | undefined) => void
}

/** Milliseconds that one batch may block the thread that serves devices (docs/product.md §6.2: 10 ms). */
const SLICE_MS = 8

/**
 * Many writes in one transaction and one fsync. Writes requested while the disk is busy go into the next batch, so the batch grows
 * with the load and a single write does not wait. The commit itself does not sync (synchronous=NORMAL); the write-ahead log is
 * then synced in the thread pool, and only after that are writes reported as done.
 */
export class GroupCommit {
  readonly #sql: Database.Database
  readonly #wal: number
  readonly #onUndo: () => void
  readonly #savepoint: { begin: Database.Statement; release: Database.Statement; undo: Database.Statement }
  #queue: Pending[] = []
  #busy = false
  #closed = false
  #idle: (() => void) | undefined

  /**
   * @param walPath the log of `sql`; it must exist (any write in WAL mode creates it).
   * @param onUndo called after writes were undone, one alone or a whole batch.
   */
  constructor(sql: Database.Database, walPath: string, onUndo: () => void = () => {}) {
    this.#sql = sql
    this.#onUndo = onUndo
    // An empty commit would not create the log; touching user_version does.
    sql.pragma(`user_version = ${sql.pragma('user_version', { simple: true })}`)
    this.#wal = openSync(walPath, 'r+')
    this.#savepoint = {
      begin: sql.prepare('SAVEPOINT w'),
      release: sql.prepare('RELEASE w'),
      undo: sql.prepare('ROLLBACK TO w'),
    }
  }

  /** Runs `work` in the next batch. Its writes succeed or fail alone: an exception undoes them and rejects, and the batch continues. */
  write<T>(work: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the store is closed'))
    return new Promise<T>((resolve, reject) => {
      let result: T
      let thrown: unknown
      let failed = false
      this.#queue.push({
        run: () => {
          this.#savepoint.begin.run()
          try {
            result = work()
            this.#savepoint.release.run()
          } catch (error) {
            failed = true
            thrown = error
            // A full disk may already have ended the whole transaction.
            if (this.#sql.inTransaction) {
              this.#savepoint.undo.run()
              this.#savepoint.release.run()
              this.#onUndo()
            } else throw error
          }
        },
        settle: (fault) => {
          if (failed) reject(thrown)
          else if (fault) reject(fault)
          else resolve(result)
        },
      })
      this.#wake()
    })
  }

  /** Waits for the accepted writes; afterwards every write is refused. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#busy)
      await new Promise<void>((resolve) => {
        this.#idle = resolve
      })
    close(this.#wal, () => {})
  }

  #wake(): void {
    if (this.#busy) return
    this.#busy = true
    setImmediate(() => this.#next())
  }

  #next(): void {
    if (this.#queue.length === 0) {
      this.#busy = false
      this.#idle?.()
      return
    }
    const batch: Pending[] = []
    const fault = this.#commit(batch)
    const settle = (syncFault: Error | undefined) => {
      for (const pending of batch) pending.settle(syncFault)
      this.#next()
    }
    if (fault) settle(fault)
    else fdatasync(this.#wal, (error) => settle(error ?? undefined))
  }

  /** Runs as many queued writes as fit into a slice and commits them; returns the error if the whole transaction was lost. */
  #commit(batch: Pending[]): Error | undefined {
    const until = performance.now() + SLICE_MS
    try {
      this.#sql.exec('BEGIN IMMEDIATE')
      let taken = 0
      do {
        const pending = this.#queue[taken++]
        if (!pending) break
        batch.push(pending)
        pending.run()
      } while (performance.now() < until)
      this.#queue = this.#queue.slice(batch.length)
      this.#sql.exec('COMMIT')
      return undefined
    } catch (error) {
      // The transaction did not begin: the first write in the queue is rejected, otherwise it would wait for ever.
      if (batch.length === 0) batch.push(...this.#queue.slice(0, 1))
      // Nothing of this batch was kept: all its writes are rejected, and the rest of the queue continues.
      this.#queue = this.#queue.filter((pending) => !batch.includes(pending))
      if (this.#sql.inTransaction) this.#sql.exec('ROLLBACK')
      this.#onUndo()
      return error instanceof Error ? error : new Error(String(error))
    }
  }
}
