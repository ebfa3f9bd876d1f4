import type {
  BenchTrouble,
  BuildDraft,
  Line,
  ListedAtProfile,
  Port,
  RecipeCheckResult,
  Run,
  RunWithLog,
  Slot,
  UnitRecord,
  UnitRecordWithLog,
} from '#shared/schema.ts'
import { isoTime, isoTimeOrNull } from '../../platform/store/pagination.ts'
import type { ListedProfile } from '../at-profiles/profile-set.ts'
import type { ReasonData } from '../flasher.ts'
import type { PortInfo } from '../ports/port-info.ts'
import type { LineRow } from './line-store.ts'
import type { RecordRow, RunRow, RunStore } from './run-store.ts'
import type { ActiveRun, SlotState, SlotStates } from './slot-state.ts'

/*
 * The bench in the shapes of the contract, with codes and their data; the API adds the texts in the caller's language.
 */
export type TroubleView = Omit<BenchTrouble, 'message'>
export type RunView = Omit<Run, 'message'>
export type RunWithLogView = Omit<RunWithLog, 'message'>
export type RecordView = Omit<UnitRecord, 'message'>
export type RecordWithLogView = Omit<UnitRecordWithLog, 'message'>
export type SlotView = Omit<Slot, 'run' | 'trouble'> & {
  readonly run: RunView | null
  readonly trouble: TroubleView | null
}
/** The serial numbers of a line's recipe. */
type LineSerialsView = Omit<NonNullable<Line['serials']>, 'trouble'> & { readonly trouble: TroubleView | null }
export type LineView = Omit<Line, 'slots' | 'serials'> & {
  readonly slots: readonly SlotView[]
  readonly serials: LineSerialsView | null
}
export type CheckView = Omit<RecipeCheckResult, 'problems' | 'warnings'> & {
  readonly problems: readonly TroubleView[]
  readonly warnings: readonly TroubleView[]
}

export type AtProfileView = Omit<ListedAtProfile, 'trouble'> & { readonly trouble: TroubleView | null }

export type BuildDraftView = Omit<BuildDraft, 'notes'> & { readonly notes: readonly TroubleView[] }

export const troubleView = (code: string, data: ReasonData): TroubleView => ({ code, data: { ...data } })

/** A profile of the station, and what is wrong with its file. */
export const atProfileView = ({ name, own, profile, fault }: ListedProfile): AtProfileView => {
  const all = profile ? [profile.ways, ...profile.variants.map(({ ways }) => ways ?? {})] : []
  return {
    name,
    source: own ? 'own' : 'shipped',
    modules: profile?.modules ?? null,
    ways: (['http', 'serial'] as const).filter((way) => all.some((ways) => ways[way] !== undefined)),
    trouble: fault ? troubleView('AT_PROFILE_FAULT', { ...fault, field: fault.field || '—' }) : null,
  }
}

/** What the views show besides what is stored. */
interface ViewDeps {
  readonly slotStates: SlotStates
  readonly runs: RunStore
  readonly isLearning: (lineId: number) => boolean
  readonly nextSerial: (slotState: SlotState) => string | undefined
  readonly lineSerials: (line: Pick<LineRow, 'recipeId'>) => LineView['serials']
}

export type Views = ReturnType<typeof createViews>

export const createViews = ({ slotStates, runs, isLearning, nextSerial, lineSerials }: ViewDeps) => {
  const activeOf = ({ id, slotId }: Pick<RunRow, 'id' | 'slotId'>): ActiveRun | undefined => {
    const active = slotId === null ? undefined : slotStates.get(slotId)?.run
    return active?.id === id ? active : undefined
  }

  const run = ({ images: _, again: _a, ...row }: RunRow): RunView => {
    const live = activeOf(row)
    return {
      ...row,
      phase: live?.phase ?? null,
      progress: live?.progress ?? (row.state === 'passed' ? 100 : 0),
      bytesPerSecond: live?.speed.rate ?? null,
      createdAt: isoTime(row.createdAt),
      startedAt: isoTimeOrNull(row.startedAt),
      finishedAt: isoTimeOrNull(row.finishedAt),
    }
  }

  const slot = (state: SlotState, latest?: ReadonlyMap<number, RunRow>): SlotView => {
    const id = state.latestRun
    const row = id === undefined ? undefined : latest ? latest.get(id) : runs.find([id])[0]
    return {
      ...state.slot,
      port: state.port?.path ?? null,
      lamp: state.lamp,
      unit: state.unit ?? null,
      scanned: state.scanned,
      nextSerial: nextSerial(state) ?? null,
      run: row ? run(row) : null,
      trouble: state.trouble ? troubleView(state.trouble.code, state.trouble.data) : null,
      waitsUntil: isoTimeOrNull(state.waiting?.until ?? null),
    }
  }

  return {
    run,
    slot,

    line({ createdAt, ...row }: LineRow): LineView {
      const own = slotStates.ofLine(row.id)
      const latest = new Map(
        runs.find(own.flatMap(({ latestRun }) => latestRun ?? [])).map((found) => [found.id, found]),
      )
      return {
        ...row,
        learning: isLearning(row.id),
        serials: lineSerials(row),
        createdAt: isoTime(createdAt),
        slots: own.map((state) => slot(state, latest)),
      }
    },

    runWithLog: (row: RunRow): RunWithLogView => ({
      ...run(row),
      images: [...row.images],
      log: [...(activeOf(row)?.log ?? runs.logOf(row))],
    }),

    record: ({ first: _, log: _l, ...row }: RecordRow, values: RecordView['values']): RecordView => ({
      ...row,
      values,
      images: [...row.images],
      startedAt: isoTime(row.startedAt),
      finishedAt: isoTime(row.finishedAt),
    }),

    port: (info: PortInfo): Port => ({
      path: info.path,
      location: info.location ?? null,
      kind: info.kind ?? 'serial',
      manufacturer: info.manufacturer ?? null,
      vendorId: info.vendorId ?? null,
      productId: info.productId ?? null,
      serialNumber: info.serialNumber ?? null,
      slotId: slotStates.at(info)?.slot.id ?? null,
    }),
  }
}
