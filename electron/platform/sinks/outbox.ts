import type { Clock } from '../basics/clock.ts'
import type { Store } from '../store/store.ts'
import type { Place } from './backlog.ts'
import { disposable } from './backlog.ts'
import { outboxFunctions, outboxTriggers } from './outbox-triggers.ts'
import type { OutboxRow } from './outgoing-event.ts'
import { createEventIds } from './station-identity.ts'

/** Rows deleted in one transaction: about 2 ms. */
const DELETE_AT_ONCE = 2000

export type Outbox = ReturnType<typeof createOutbox>

/**
 * What happened, in order, until every sink has taken it. While there is a sink, triggers write it in the transaction of the change itself;
 * without one there are no triggers, and a change costs nothing.
 * @param station the id of the station now. @param written called for each event, within its transaction.
 */
export const createOutbox = (
  { sql }: Pick<Store, 'sql'>,
  { clock, station, written }: { readonly clock: Pick<Clock, 'now'>; station(): string; written(): void },
) => {
  const highest = sql.prepare<[], { id: number | null }>('SELECT max(event_id) AS id FROM outbox').get()?.id ?? 0
  const nextId = createEventIds(() => clock.now(), highest)
  sql.function(outboxFunctions.id, () => {
    written()
    return BigInt(nextId())
  })
  sql.function(outboxFunctions.now, () => BigInt(clock.now()))
  sql.function(outboxFunctions.station, () => station())

  const newest = sql.prepare<[], { seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'")
  const rows = sql.prepare<{ after: number; upTo: number; limit: number }, OutboxRow>(
    `SELECT seq, event_id AS eventId, station, kind, at, data FROM outbox
     WHERE seq > :after AND seq <= :upTo ORDER BY seq LIMIT :limit`,
  )
  const first = sql.prepare<[number], { seq: number; at: number }>(
    'SELECT seq, at FROM outbox WHERE seq > ? ORDER BY seq LIMIT 1',
  )
  const remove = sql.prepare<{ from: number; to: number; limit: number }>(
    'DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE seq BETWEEN :from AND :to ORDER BY seq LIMIT :limit)',
  )

  return {
    /** Begins to write events; call within `store.write`. */
    open(): void {
      for (const [name, text] of Object.entries(outboxTriggers))
        sql.exec(`CREATE TEMP TRIGGER IF NOT EXISTS ${name} ${text}`)
    },

    /** Writes no more events; call within `store.write`. */
    close(): void {
      for (const name of Object.keys(outboxTriggers)) sql.exec(`DROP TRIGGER IF EXISTS temp.${name}`)
    },

    /** The newest event that was ever written; 0: none. */
    last: (): number => newest.get()?.seq ?? 0,

    /** The events after one, in order. `upTo`: the last of them, null: the newest. */
    after: (seq: number, upTo: number | null, limit: number): OutboxRow[] =>
      rows.all({ after: seq, upTo: upTo ?? Number.MAX_SAFE_INTEGER, limit }),

    /** The first event after one that is still there, and when it happened, milliseconds. */
    firstAfter: (seq: number): { readonly seq: number; readonly at: number } | undefined => first.get(seq),

    /** Deletes some of what no sink needs; call within `store.write`. @returns whether there is more. */
    discard(places: readonly Place[]): boolean {
      let left = DELETE_AT_ONCE
      // The newest row stays: its id is the highest that was given, whatever the clock shows at the next start.
      for (const range of disposable(places, (newest.get()?.seq ?? 1) - 1)) {
        left -= remove.run({ ...range, limit: left }).changes
        if (left === 0) return true
      }
      return false
    },
  }
}
