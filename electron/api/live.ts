import type { z } from 'zod'
import type { LiveEvent, LiveFilter } from '#shared/schema.ts'
import type { PlatformEvents } from '../platform/basics/events.ts'

/** Milliseconds between two batches: at most ten a second (docs/operator-api.md §14.2). */
const TICK_MS = 100
/** Changed objects that may wait for one subscriber; a subscriber with more is disconnected and reads everything again. */
const WAITING_MAX = 10_000
/** Objects of one kind read in one tick; the rest waits for the next tick, so that no tick blocks the serving thread. */
const READ_AT_ONCE = 500

type Filter = z.output<typeof LiveFilter>
type Removed = Extract<LiveEvent, { type: 'removed' }>

/** Reads the current state of changed objects. */
export interface LiveSources {
  readonly events: PlatformEvents
  job(ids: readonly number[]): Extract<LiveEvent, { type: 'job' }>[]
  campaign(ids: readonly number[]): Extract<LiveEvent, { type: 'campaign' }>[]
  device(ids: readonly number[]): Extract<LiveEvent, { type: 'device' }>[]
  knock(ids: readonly number[]): Extract<LiveEvent, { type: 'knock' }>[]
  diff(ids: readonly number[]): Extract<LiveEvent, { type: 'diff' }>[]
  flash(ids: readonly number[]): Extract<LiveEvent, { type: 'flash' }>[]
  slot(ids: readonly number[]): Extract<LiveEvent, { type: 'slot' }>[]
  line(ids: readonly number[]): Extract<LiveEvent, { type: 'line' }>[]
  sink(ids: readonly number[]): Extract<LiveEvent, { type: 'sink' }>[]
  port(paths: readonly string[]): Extract<LiveEvent, { type: 'port' }>[]
}

interface Subscriber {
  readonly filter: Filter
  /** Changes not yet sent: the newest state of each object, so that a slow reader costs one entry per object. */
  readonly waiting: Map<string, LiveEvent>
  /** The subscriber is too far behind. */
  lost: boolean
  wake: (() => void) | undefined
}

export type LiveHub = ReturnType<typeof createLiveHub>

/**
 * Coalesces the platform's events. A change is recorded by id, read once per tick however often it happened, and sent to every subscriber
 * whose filter matches. Without subscribers nothing is recorded or read.
 */
export const createLiveHub = (sources: LiveSources) => {
  const subscribers = new Set<Subscriber>()
  const dirty = {
    job: new Set<number>(),
    campaign: new Set<number>(),
    device: new Set<number>(),
    package: new Set<number>(),
    knock: new Set<number>(),
    diff: new Set<number>(),
    flash: new Set<number>(),
    slot: new Set<number>(),
    line: new Set<number>(),
    recipe: new Set<number>(),
    sink: new Set<number>(),
  }
  const ports = new Set<string>()
  let removed: Removed[] = []
  let timer: NodeJS.Timeout | undefined

  const note =
    (kind: keyof typeof dirty) =>
    (id: number): void => {
      if (subscribers.size > 0) dirty[kind].add(id)
    }
  sources.events
    .on('job', note('job'))
    .on('campaign', note('campaign'))
    .on('device', note('device'))
    .on('package', note('package'))
    .on('knock', note('knock'))
    .on('diff', note('diff'))
    .on('run', note('flash'))
    .on('slot', note('slot'))
    .on('line', note('line'))
    .on('recipe', note('recipe'))
    .on('sink', note('sink'))
    .on('port', (path) => {
      if (subscribers.size > 0) ports.add(path)
    })
  sources.events.on('removed', (what, id) => {
    if (subscribers.size > 0) removed.push({ type: 'removed', what, id })
  })

  const take = <K>(ids: Set<K>): K[] => {
    const taken = [...ids.values().take(READ_AT_ONCE)]
    for (const id of taken) ids.delete(id)
    return taken
  }

  const wants = ({ filter }: Subscriber, event: LiveEvent): boolean =>
    (filter.types === undefined || filter.types.includes(event.type)) &&
    (event.type !== 'job' || filter.campaignId === undefined || event.campaignId === filter.campaignId)

  const tick = (): void => {
    const wanted = (type: LiveEvent['type']): boolean =>
      [...subscribers].some(({ filter }) => filter.types === undefined || filter.types.includes(type))
    const read = <T extends LiveEvent>(
      kind: 'job' | 'campaign' | 'device' | 'knock' | 'diff' | 'flash' | 'slot' | 'line' | 'sink',
      source: (ids: readonly number[]) => T[],
    ): T[] => {
      if (!wanted(kind)) dirty[kind].clear()
      return source(take(dirty[kind]))
    }
    const batch: LiveEvent[] = [
      ...read('job', sources.job),
      ...read('campaign', sources.campaign),
      ...read('device', sources.device),
      ...read('knock', sources.knock),
      ...read('diff', sources.diff),
      ...take(dirty.package).map((id): LiveEvent => ({ type: 'package', id })),
      ...read('line', sources.line),
      ...read('slot', sources.slot),
      ...read('flash', sources.flash),
      ...take(dirty.recipe).map((id): LiveEvent => ({ type: 'recipe', id })),
      ...read('sink', sources.sink),
      ...sources.port(take(ports)),
      ...removed,
    ]
    removed = []
    if (batch.length === 0) return
    for (const subscriber of subscribers) {
      for (const event of batch) if (wants(subscriber, event)) subscriber.waiting.set(keyOf(event), event)
      if (subscriber.waiting.size > WAITING_MAX) {
        subscriber.lost = true
        subscriber.waiting.clear()
        subscribers.delete(subscriber)
      }
      if (subscriber.waiting.size > 0 || subscriber.lost) subscriber.wake?.()
    }
  }

  const keyOf = (event: LiveEvent): string =>
    event.type === 'removed' ? `removed:${event.what}:${event.id}` : `${event.type}:${event.id}`

  return {
    /**
     * Batches of changes until the signal fires; each object at most once per batch, at most ten batches a second. The stream ends when
     * the reader is too far behind: the reader then opens another stream and reads the lists again, as after any interruption.
     */
    async *subscribe(filter: Filter, signal?: AbortSignal): AsyncGenerator<LiveEvent[]> {
      const subscriber: Subscriber = { filter, waiting: new Map(), lost: false, wake: undefined }
      subscribers.add(subscriber)
      timer ??= setInterval(tick, TICK_MS)
      const wake = (): void => subscriber.wake?.()
      signal?.addEventListener('abort', wake)
      try {
        while (!signal?.aborted && !subscriber.lost) {
          if (subscriber.waiting.size === 0) {
            await new Promise<void>((resolve) => {
              subscriber.wake = resolve
            })
            subscriber.wake = undefined
          }
          const events = [...subscriber.waiting.values()]
          subscriber.waiting.clear()
          if (events.length > 0 && !signal?.aborted) yield events
        }
      } finally {
        signal?.removeEventListener('abort', wake)
        subscribers.delete(subscriber)
        if (subscribers.size === 0) {
          clearInterval(timer)
          timer = undefined
        }
      }
    },
  }
}
