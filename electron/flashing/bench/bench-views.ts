import { benchReasonText, type ReasonData } from '#shared/bench-reasons.ts'
import type { Language } from '#shared/error-texts.ts'
import type { BenchTrouble, Line, Port, Run, RunWithLog, Slot, UnitRecord } from '#shared/schema.ts'
import { isoTime, isoTimeOrNull } from '../../platform/store/pagination.ts'
import type { PortInfo } from '../ports/port-info.ts'
import type { LineRow } from './line-store.ts'
import type { RecordRow, RunRow, RunStore } from './run-store.ts'
import type { ActiveRun, SlotState, SlotStates } from './slot-state.ts'

/** A reason as it crosses the border. */
export const troubleView = (code: string, data: ReasonData, language: Language): BenchTrouble => ({
  code,
  data: { ...data },
  message: benchReasonText(code, language, data) ?? code,
})

const message = (code: string | null, data: ReasonData, language: Language): string | null =>
  code === null ? null : (benchReasonText(code, language, data) ?? code)

/** The bench as the API shows it. */
export const createViews = (slotStates: SlotStates, runs: RunStore, isLearning: (lineId: number) => boolean) => {
  const activeOf = ({ id, slotId }: Pick<RunRow, 'id' | 'slotId'>): ActiveRun | undefined => {
    const active = slotId === null ? undefined : slotStates.get(slotId)?.run
    return active?.id === id ? active : undefined
  }

  const run = ({ images: _, again: _a, ...row }: RunRow, language: Language): Run => {
    const live = activeOf(row)
    return {
      ...row,
      phase: live?.phase ?? null,
      progress: live?.progress ?? (row.state === 'passed' ? 100 : 0),
      bytesPerSecond: live?.speed.rate ?? null,
      message: message(row.errorCode, row.errorData, language),
      createdAt: isoTime(row.createdAt),
      startedAt: isoTimeOrNull(row.startedAt),
      finishedAt: isoTimeOrNull(row.finishedAt),
    }
  }

  const slot = (stand: SlotState, language: Language, latest?: ReadonlyMap<number, RunRow>): Slot => {
    const id = stand.latestRun
    const row = id === undefined ? undefined : latest ? latest.get(id) : runs.find([id])[0]
    return {
      ...stand.slot,
      port: stand.port?.path ?? null,
      lamp: stand.lamp,
      unit: stand.unit ?? null,
      scanned: stand.scanned,
      run: row ? run(row, language) : null,
      trouble: stand.trouble ? troubleView(stand.trouble.code, stand.trouble.data, language) : null,
    }
  }

  return {
    run,
    slot,

    line({ createdAt, ...row }: LineRow, language: Language): Line {
      const own = slotStates.ofLine(row.id)
      const latest = new Map(
        runs.find(own.flatMap(({ latestRun }) => latestRun ?? [])).map((found) => [found.id, found]),
      )
      return {
        ...row,
        learning: isLearning(row.id),
        createdAt: isoTime(createdAt),
        slots: own.map((stand) => slot(stand, language, latest)),
      }
    },

    runWithLog: (row: RunRow, language: Language): RunWithLog => ({
      ...run(row, language),
      images: [...row.images],
      log: [...(activeOf(row)?.log ?? runs.logOf(row))],
    }),

    record: ({ first: _, log: _l, ...row }: RecordRow, language: Language): UnitRecord => ({
      ...row,
      images: [...row.images],
      message: message(row.errorCode, row.errorData, language),
      startedAt: isoTime(row.startedAt),
      finishedAt: isoTime(row.finishedAt),
    }),

    port: (info: PortInfo): Port => ({
      path: info.path,
      location: info.location ?? null,
      manufacturer: info.manufacturer ?? null,
      vendorId: info.vendorId ?? null,
      productId: info.productId ?? null,
      serialNumber: info.serialNumber ?? null,
      slotId: slotStates.at(info)?.slot.id ?? null,
    }),
  }
}
