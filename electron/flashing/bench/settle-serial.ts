import { serialKey } from '#shared/serials.ts'
import type { ReasonData } from '../flasher.ts'
import type { BenchContext } from './bench-context.ts'
import { Refusal, type RunEnd } from './run-end.ts'
import type { SerialStore } from './serial-store.ts'

/** A run whose unit was written. */
interface WrittenRun {
  readonly id: number
  readonly serial: string | null
  /** The unit as its guards knew it; null: they did not. */
  readonly named: string | null
  /** The unit as it is known now. */
  readonly unit: string | null
}

/**
 * Makes a number the unit's that told its id only while it was written: until then the number alone named it. A number of another unit, or a
 * unit with another number, could not be refused before, and makes the run fail.
 * @returns How the run ends.
 */
export const settleSerial = async (
  store: BenchContext['store'],
  serials: SerialStore,
  scope: number,
  { id, serial, named, unit }: WrittenRun,
  end: RunEnd,
): Promise<RunEnd> => {
  if (serial === null || named === null || unit === null) return end
  const key = serialKey(serial)
  if (serialKey(named) !== key || serialKey(unit) === key) return end
  const failed = (errorCode: string, errorData: ReasonData): RunEnd =>
    end.state === 'passed' ? { state: 'failed', errorCode, errorData } : end
  const known = serials.current(scope, unit)?.serial
  if (known !== undefined && serialKey(known) !== key)
    return failed('WRITTEN_SERIAL_OTHER', { unit, known, found: serial })
  try {
    await store.write(() => serials.claim({ scope, serial, unit, runId: id }))
    return end
  } catch (error) {
    if (!(error instanceof Refusal))
      return failed('RECORD_FAILED', { detail: error instanceof Error ? error.message : String(error) })
    const { unit: owner = '', at = '' } = error.data
    return failed('WRITTEN_SERIAL_TAKEN', { serial, written: unit, unit: owner, at })
  }
}
