import { DomainError } from '#shared/errors.ts'
import { rulePhrase } from '#shared/phrase.ts'
import type { Sink, SinkFault, SinkInput, SinkPatch, SinkTest } from '#shared/schema.ts'
import { sinkFaults } from '#shared/sink-rules.ts'
import { revealedUrl, shownUrl } from '#shared/sink-url.ts'
import type { SettingsService } from '../settings/settings.ts'
import { isoTime, isoTimeOrNull } from '../store/pagination.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import type { StoredSinkFault } from '../store/sink-tables.ts'
import { BACKLOG_MAX, backlogOf, limited } from './backlog.ts'
import { createOutbox } from './outbox.ts'
import { faultOf } from './receiver.ts'
import { type OpenReceiver, openReceiver } from './receivers.ts'
import { ATTEMPT_SECONDS, attemptSignal, createSinkRunner, type SinkRunner } from './sink-runner.ts'
import { createSinkStore, type SinkRow } from './sink-store.ts'
import { fileIdentity, identityFor, type StationIdentity } from './station-identity.ts'

/** Sinks of a station. */
const SINKS_MAX = 20
/** Milliseconds between two looks at the backlogs while there is news. */
const TICK_MS = 100
const KEPT = 'station'

type FaultView = Omit<SinkFault, 'message'>
/** A sink as it is shown, without texts. */
export type SinkView = Omit<Sink, 'lastError'> & { readonly lastError: FaultView | null }
type TestView = Omit<SinkTest, 'error'> & { readonly error: FaultView | null }

export type SinkService = ReturnType<typeof createSinkService>

/** Outgoing records: the sinks as users set them up, and what hands the outbox over to each. */
export const createSinkService = (
  context: PlatformContext,
  options: {
    readonly directory: string
    readonly settings: Pick<SettingsService, 'kept' | 'keep'>
    /** The program's version, for receivers. */
    readonly program: string
    /** Events kept for a sink that takes none; default: 500,000. */
    readonly backlogMax?: number | undefined
    readonly open?: OpenReceiver | undefined
  },
) => {
  const { store, clock, random, events, logger } = context
  const { directory, settings, backlogMax = BACKLOG_MAX, open = openReceiver } = options
  const sinks = createSinkStore(store)
  const runners = new Map<number, SinkRunner>()
  let identity: StationIdentity = { id: '', file: '' }
  let ticking: (() => void) | undefined
  let stopped = false
  const outbox = createOutbox(store, {
    clock,
    station: () => identity.id,
    written() {
      ticking ??= clock.after(TICK_MS, tick)
    },
  })

  /** Takes up what was written: applies the limit, wakes the sinks, deletes what none needs. */
  const tick = (): void => {
    ticking = undefined
    if (stopped) return
    for (const runner of runners.values()) runner.noticed()
    for (const id of runners.keys()) events.emit('sink', id)
    const last = outbox.last()
    const over = sinks.all().filter((row) => limited(row, last, backlogMax) !== row)
    if (over.length === 0) return
    store
      .write(() => {
        for (const row of over) {
          const { fullSeq } = limited(sinks.find(row.id) ?? row, outbox.last(), backlogMax)
          sinks.update(row.id, { fullSeq })
        }
        outbox.discard(sinks.all())
      })
      .then(() => logger.warn({ sinkIds: over.map(({ id }) => id) }, 'the backlog of a receiver has reached its limit'))
      .catch((error: unknown) => logger.error({ err: error }, 'the limit of a backlog could not be applied'))
  }

  /** Deletes piece by piece, so that no transaction is long. */
  const discardAll = async (): Promise<void> => {
    while (await store.write(() => outbox.discard(sinks.all()))) {}
  }

  const settingsOf = ({ url, secret, topic, ca }: SinkRow) => ({ url, secret, topic, ca })
  const clientId = (id: number, suffix = ''): string => `ota-bench-${identity.id}-${id}${suffix}`

  const run = (row: SinkRow): void => {
    const runner = createSinkRunner(row.id, row.enabled, {
      store,
      clock,
      random,
      logger,
      outbox,
      sinks,
      open: (now) => open(now.kind, settingsOf(now), { clock, program: options.program, clientId: clientId(now.id) }),
      changed: (id) => void events.emit('sink', id),
      discard: () => void outbox.discard(sinks.all()),
    })
    runners.set(row.id, runner)
    runner.noticed()
  }

  /** The identity that belongs to this database; a new one is on disk when this resolves. */
  const identify = async (): Promise<void> => {
    const stored = settings.kept(KEPT)
    const before = identity.id
    identity = identityFor(stored, fileIdentity(directory), random)
    if (JSON.stringify(stored) === JSON.stringify(identity)) return
    await settings.keep(KEPT, identity)
    if (before === '' && stored !== undefined)
      logger.info(
        { station: identity.id },
        'the database is a copy or was restored: receivers know this station by a new id',
      )
  }

  const faultView = ({ at, code, data }: StoredSinkFault): FaultView => ({ at: isoTime(at), code, data: { ...data } })

  const view = (row: SinkRow): SinkView => {
    const { id, kind, name, url, secret, topic, ca, enabled, missed, lastSentAt, lastError, createdAt, fullSeq } = row
    const { state = 'paused', retryAt = null } = runners.get(id)?.delivery ?? {}
    const backlog = backlogOf(row, outbox.last())
    const since = backlog === 0 ? undefined : outbox.firstAfter(row.takenSeq)?.at
    return {
      id,
      kind,
      name,
      url: shownUrl(url),
      secretSet: secret !== null,
      topic,
      ca,
      enabled,
      state,
      backlog,
      backlogSince: since === undefined ? null : isoTime(since),
      full: fullSeq !== null,
      missed,
      lastSentAt: isoTimeOrNull(lastSentAt),
      lastError: lastError === null ? null : faultView(lastError),
      nextTryAt: retryAt === null ? null : isoTime(retryAt - clock.steady() + clock.now()),
      createdAt: isoTime(createdAt),
    }
  }

  return {
    list: (): SinkView[] => sinks.all().map(view),
    /** The sinks that still exist, for live events. */
    snapshots: (ids: readonly number[]): SinkView[] => sinks.some(ids).map(view),
    nameOf: (id: number): string => sinks.row(id).name,

    /** Adds a sink: it gets what happens from now on. @throws ALREADY_EXISTS, SINK_LIMIT, SINK_URL_HIDDEN. */
    async create(input: SinkInput): Promise<SinkView> {
      const { kind, name, enabled, secret = null, topic = null, ca = null } = input
      const url = revealedUrl(input.url, undefined)
      if (url === undefined) throw new DomainError('SINK_URL_HIDDEN')
      await identify()
      const made = await store.write(() => {
        sinks.refuseName(name)
        if (sinks.all().length >= SINKS_MAX) throw new DomainError('SINK_LIMIT', { limit: SINKS_MAX })
        outbox.open()
        const values = { kind, name, url, secret, topic, ca, enabled }
        return sinks.insert({ ...values, takenSeq: outbox.last(), createdAt: clock.now() })
      })
      run(made)
      events.emit('sink', made.id)
      return view(made)
    },

    /** Changes, pauses or resumes a sink. @throws NOT_FOUND, ALREADY_EXISTS, INVALID_FIELD, SINK_URL_HIDDEN. */
    async update(id: number, patch: SinkPatch): Promise<SinkView> {
      const changed = await store.write(() => {
        const before = sinks.row(id)
        const { url: sent, ...rest } = patch
        const url = sent === undefined ? undefined : revealedUrl(sent, before.url)
        if (sent !== undefined && url === undefined) throw new DomainError('SINK_URL_HIDDEN')
        const change = Object.fromEntries(
          Object.entries({ ...rest, url }).filter(([, value]) => value !== undefined),
        ) as Partial<SinkRow>
        const next = { ...before, ...change }
        const [fault] = sinkFaults(next)
        if (fault) throw new DomainError('INVALID_FIELD', { field: fault.field, rule: rulePhrase(fault.rule) })
        sinks.refuseName(next.name, id)
        sinks.update(id, { ...change, lastError: null })
        return sinks.row(id)
      })
      await runners.get(id)?.changed(changed.enabled)
      events.emit('sink', id)
      return view(sinks.row(id))
    },

    /** Deletes a sink and what only it needed. @throws NOT_FOUND; SINK_BACKLOG unless forced. */
    async remove(id: number, force: boolean): Promise<void> {
      const row = sinks.row(id)
      const refuse = (): void => {
        const backlog = backlogOf(sinks.row(id), outbox.last())
        if (backlog > 0 && !force) throw new DomainError('SINK_BACKLOG', { name: row.name, backlog })
      }
      refuse()
      await store.write(() => {
        refuse()
        sinks.remove(id)
        if (sinks.all().length === 0) outbox.close()
      })
      const runner = runners.get(id)
      runners.delete(id)
      await runner?.stop()
      events.emit('removed', 'sink', id)
      await discardAll()
    },

    /** Connects to a sink with its settings. A success ends the wait after an error. @throws NOT_FOUND. */
    async test(id: number): Promise<TestView> {
      const row = sinks.row(id)
      const began = clock.steady()
      const { abort, done } = attemptSignal(clock, ATTEMPT_SECONDS)
      const surroundings = { clock, program: options.program, clientId: clientId(id, '-test') }
      const outcome = async (): Promise<StoredSinkFault | null> => {
        try {
          const receiver = await open(row.kind, settingsOf(row), surroundings)
          try {
            await receiver.probe(abort.signal)
          } finally {
            await receiver.close()
          }
          return null
        } catch (error) {
          const { code, data } = faultOf(error)
          return { at: clock.now(), code, data }
        } finally {
          done()
        }
      }
      const fault = await outcome()
      if (fault === null) runners.get(id)?.retry()
      const error = fault && faultView(fault)
      return { ok: error === null, ms: clock.steady() - began, error }
    },

    /** Begins to write and to send; call before anything changes what is recorded. */
    async start(): Promise<void> {
      const rows = sinks.all()
      if (rows.length === 0) return
      await identify()
      await store.write(() => outbox.open())
      for (const row of rows) run(row)
      tick()
    },

    async stop(): Promise<void> {
      stopped = true
      ticking?.()
      await Promise.all([...runners.values()].map((runner) => runner.stop()))
    },
  }
}
