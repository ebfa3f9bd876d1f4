import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { OutgoingKind } from '#shared/schema.ts'
import type { SinkFaultCode, SinkFaultData } from '#shared/sink-faults.ts'
import type { SinkKind } from '#shared/sink-rules.ts'

/** An attempt that failed. */
export interface StoredSinkFault {
  readonly at: number
  readonly code: SinkFaultCode
  readonly data: SinkFaultData
}

/** Receivers of outgoing records. */
export const sinks = sqliteTable('sinks', {
  id: integer().primaryKey({ autoIncrement: true }),
  kind: text().$type<SinkKind>().notNull(),
  name: text().notNull().unique(),
  /** With its password. */
  url: text().notNull(),
  secret: text(),
  topic: text(),
  ca: text(),
  enabled: integer({ mode: 'boolean' }).notNull(),
  /** `outbox.seq` up to which it has taken everything. */
  takenSeq: integer('taken_seq').notNull(),
  /** Its backlog has reached the limit: nothing after this `outbox.seq` is kept for it. */
  fullSeq: integer('full_seq'),
  /** Events that it never gets. */
  missed: integer().notNull().default(0),
  lastSentAt: integer('last_sent_at'),
  lastError: text('last_error', { mode: 'json' }).$type<StoredSinkFault>(),
  createdAt: integer('created_at').notNull(),
})

/** What happened and has not been taken by every sink; written by triggers in the transaction that it is of (`sinks/outbox.ts`). */
export const outbox = sqliteTable('outbox', {
  /** Without gaps: the difference of two is a number of events. */
  seq: integer().primaryKey({ autoIncrement: true }),
  /** The event's id for receivers, with its station. */
  eventId: integer('event_id').notNull(),
  station: text().notNull(),
  kind: text().$type<OutgoingKind>().notNull(),
  at: integer().notNull(),
  /** The changed row as it was then, JSON. */
  data: text().notNull(),
})
