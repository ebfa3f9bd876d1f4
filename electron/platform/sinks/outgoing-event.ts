import type { CampaignPayload, JobPayload, OutgoingEvent, OutgoingKind, UnitRecordPayload } from '#shared/schema.ts'
import { isoTime } from '../store/pagination.ts'

/** A row of the outbox. */
export interface OutboxRow {
  readonly seq: number
  readonly eventId: number
  readonly station: string
  readonly kind: OutgoingKind
  readonly at: number
  readonly data: string
}

/** A payload as triggers write it: times are milliseconds, flags 0 or 1. */
type Raw<P> = {
  readonly [K in keyof P]: K extends `${string}At` ? number | Extract<P[K], null> : P[K] extends boolean ? 0 | 1 : P[K]
}

/**
 * A text that every receiver can store: no U+0000 and no half of a surrogate pair, which PostgreSQL's `jsonb` refuses; both become U+FFFD.
 */
const storable = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\uFFFD')

/** A value with storable texts. Names of members are ours. */
const clean = (value: unknown): unknown => {
  if (typeof value === 'string') return storable(value)
  if (Array.isArray(value)) return value.map(clean)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, clean(member)]))
}

const time = <T extends number | null>(at: T): string | Extract<T, null> =>
  (at === null ? null : isoTime(at)) as string | Extract<T, null>

const unitRecord = (raw: Raw<UnitRecordPayload>): UnitRecordPayload => ({
  ...raw,
  first: raw.first === 1,
  startedAt: time(raw.startedAt),
  finishedAt: time(raw.finishedAt),
})

const job = (raw: Raw<JobPayload>): JobPayload => ({
  ...raw,
  notifiedAt: time(raw.notifiedAt),
  startedAt: time(raw.startedAt),
  finishedAt: time(raw.finishedAt),
})

const campaign = (raw: Raw<CampaignPayload>): CampaignPayload => ({
  ...raw,
  createdAt: time(raw.createdAt),
  startedAt: time(raw.startedAt),
  finishedAt: time(raw.finishedAt),
})

/** The event that a row of the outbox stands for, as it leaves the station (docs/sinks.md). */
export const outgoingEvent = ({ eventId: id, station, kind, at, data }: OutboxRow): OutgoingEvent => {
  const raw = clean(JSON.parse(data))
  const envelope = { station, id, at: isoTime(at), version: 1 } as const
  switch (kind) {
    case 'unit-record':
      return { ...envelope, kind, payload: unitRecord(raw as Raw<UnitRecordPayload>) }
    case 'job':
      return { ...envelope, kind, payload: job(raw as Raw<JobPayload>) }
    case 'campaign':
      return { ...envelope, kind, payload: campaign(raw as Raw<CampaignPayload>) }
  }
}
