import { close, fdatasync, openSync } from 'node:fs'
import type Database from 'better-sqlite3'

interface Pending {
  readonly run: () => void
  readonly settle: (fault: Error | undefined) => void
}

/** A transaction and how long it took. */
export interface Commit {
  /** From its begin to its end on disk. */
  readonly seconds: number
  readonly writes: number
  /** Nothing of it was kept. */
  readonly failed: boolean
}

/** Milliseconds that one batch may block the thread that serves devices (docs/product.md §6.2: 10 ms). */
const SLICE_MS = 8

/** Milliseconds from the beginning of one batch to that of the next while only writes wait that may: those of a crowd share a commit and a sync. */
const GATHER_MS = 5

/**
 * Many writes in one transaction and one fsync. Writes requested while the disk is busy go into the next batch, so the batch grows
 * with the load and a single write does not wait. The commit itself does not sync (synchronous=NORMAL); the write-ahead log is
 * then synced in the thread pool, and only after that are writes reported as done.
 */
export class GroupCommit {
  readonly #sql: Database.Database
  readonly #wal: number
  readonly #onUndo: () => void
  readonly #begun: { begin: Database.Statement; commit: Database.Statement }
  readonly #savepoint: { begin: Database.Statement; release: Database.Statement; undo: Database.Statement }
  #queue: Pending[] = []
  #busy = false
  /** A write in the queue does not wait for company. */
  #pressing = false
  #began = -Infinity
  /** Starts the next batch, which gathers. */
  #gathering: NodeJS.Timeout | undefined
  #closed = false
  #idle: (() => void) | undefined
  #watch: ((commit: Commit) => void) | undefined

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
    this.#begun = { begin: sql.prepare('BEGIN IMMEDIATE'), commit: sql.prepare('COMMIT') }
    this.#savepoint = {
      begin: sql.prepare('SAVEPOINT w'),
      release: sql.prepare('RELEASE w'),
      undo: sql.prepare('ROLLBACK TO w'),
    }
  }

  /**
   * Runs `work` in the next batch. Its writes succeed or fail alone: an exception undoes them and rejects, and the batch continues.
   * @param mayWait whether it may wait some milliseconds for others, if a batch has just begun.
   */
  write<T>(work: () => T, mayWait = false): Promise<T> {
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
      this.#wake(mayWait)
    })
  }

  /** Number of writes that wait for the next transaction. */
  get waiting(): number {
    return this.#queue.length
  }

  /** Calls after every transaction. */
  onCommit(listener: (commit: Commit) => void): void {
    this.#watch = listener
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

  #wake(mayWait: boolean): void {
    if (!mayWait) this.#pressing = true
    if (!this.#busy) {
      this.#busy = true
      this.#schedule()
    } else if (this.#gathering && this.#pressing) this.#schedule()
  }

  /** Begins the next batch at once if a write presses, else some time after the last one. */
  #schedule(): void {
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    const ms = this.#pressing ? 0 : this.#began + GATHER_MS - performance.now()
    const next = (): void => {
      this.#gathering = undefined
      this.#next()
    }
    if (ms > 0) this.#gathering = setTimeout(next, ms)
    else setImmediate(next)
  }

  #next(): void {
    const batch: Pending[] = []
    const since = performance.now()
    const fault = this.#commit(batch)
    const settle = (syncFault: Error | undefined) => {
      this.#watch?.({
        seconds: (performance.now() - since) / 1000,
        writes: batch.length,
        failed: syncFault !== undefined,
      })
      for (const pending of batch) pending.settle(syncFault)
      if (this.#queue.length > 0) this.#schedule()
      else {
        this.#busy = false
        this.#idle?.()
      }
    }
    if (fault) settle(fault)
    else fdatasync(this.#wal, (error) => settle(error ?? undefined))
  }

  /** Runs as many queued writes as fit into a slice and commits them; returns the error if the whole transaction was lost. */
  #commit(batch: Pending[]): Error | undefined {
    this.#began = performance.now()
    const until = this.#began + SLICE_MS
    this.#pressing = false
    try {
      this.#begun.begin.run()
      let taken = 0
      do {
        const pending = this.#queue[taken++]
        if (!pending) break
        batch.push(pending)
        pending.run()
      } while (performance.now() < until)
      this.#queue = this.#queue.slice(batch.length)
      // What did not fit has waited.
      this.#pressing ||= this.#queue.length > 0
      this.#begun.commit.run()
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
