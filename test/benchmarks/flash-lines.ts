import { type EventLoopUtilization, performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import type { Family } from '../../electron/flashing/families/family.ts'
import type { SerialLink } from '../../electron/flashing/transport.ts'
import type { TargetFactory, TargetLine } from '../../electron/simulator/targets/target.ts'
import { type BoardKind, lineTime, type TargetsShared, told } from './flash-targets.ts'
import { ringMemory, SharedRing } from './shared-ring.ts'

/** Targets in a thread of their own: their work is not the station's. */
export const openTargets = () => {
  const workerData: TargetsShared = { toTargets: ringMemory(22), toHost: ringMemory(20) }
  const worker = new Worker(new URL('./flash-targets.ts', import.meta.url), { workerData })
  const toTargets = new SharedRing(workerData.toTargets)
  const fromTargets = new SharedRing(workerData.toHost)
  const lines = new Map<number, TargetLine>()
  const tell = (place: number, kind: number, bytes: Uint8Array): void => {
    // They know when it was written: waking them may wait until all that has come is answered, which a driver's write would not hold up either.
    if (toTargets.put({ place, kind, at: lineTime(), bytes })) setImmediate(() => worker.postMessage(null))
  }
  const say = (place: number, kind: number, what: unknown): void =>
    tell(place, kind, Buffer.from(JSON.stringify(what ?? null)))
  /** One answer after the other, each with all that follows from it: as ports are read. */
  const next = (): void => {
    const record = fromTargets.take()
    if (!record) return
    lines.get(record.place)?.send(record.bytes)
    queueMicrotask(() => process.nextTick(next))
  }
  worker.on('message', () => {
    fromTargets.begin()
    next()
  })
  return {
    at:
      (place: number, board: BoardKind): TargetFactory =>
      (line) => {
        lines.set(place, line)
        say(place, told.attach, board)
        return {
          receive: (bytes) => tell(place, told.bytes, bytes),
          configure: (settings) => say(place, told.configure, settings),
          setLines: (lines) => say(place, told.lines, lines),
          closed: () => say(place, told.closed, null),
        }
      },
    /** How much of the time they work. */
    load: () => worker.performance.eventLoopUtilization(),
    busySince: (before: EventLoopUtilization) => worker.performance.eventLoopUtilization(before).utilization,
    close: () => worker.terminate(),
  }
}

/** What one slot's line carried while its unit was written. */
export interface Carried {
  bytes: number
  /** Bytes of the unit's answers. */
  answers: number
  /** When the run's very first byte left. */
  start: number
  first: number
  last: number
  writing: boolean
  /** When an answer was read that nothing was written after yet; and the time from answers to what followed them. */
  answered: number
  turning: number
}

export const meter = (link: SerialLink, carried: Carried): SerialLink => ({
  ...link,
  write: (bytes) => {
    carried.start ||= performance.now()
    if (carried.writing) {
      carried.first ||= performance.now()
      carried.bytes += bytes.length
      if (carried.answered > 0) carried.turning += performance.now() - carried.answered
      carried.answered = 0
    }
    return link.write(bytes)
  },
  read: async (timeoutMs, signal) => {
    const answer = await link.read(timeoutMs, signal)
    if (carried.writing) {
      carried.last = carried.answered = performance.now()
      carried.answers += answer.length
    }
    return answer
  },
})

/** Tells each line when its unit is being written. The flasher itself says so: asking the bench at each event would be work of its thread. */
export const watched = (family: Family, carried: ReadonlyMap<string, Carried>): Family => ({
  ...family,
  flasher: {
    ...family.flasher,
    flash: (job) => {
      const own = carried.get(job.link.name)
      const emit: typeof job.emit = (event) => {
        if (own && event.kind === 'phase') own.writing = event.phase === 'writing'
        job.emit(event)
      }
      return family.flasher.flash({ ...job, emit })
    },
  },
})
