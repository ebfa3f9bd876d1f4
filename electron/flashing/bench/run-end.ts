import { type BenchReason, benchReasonText, type ReasonData } from '#shared/bench-reasons.ts'
import { DomainError } from '#shared/errors.ts'
import type { FlashPhase } from '#shared/flashing.ts'
import { FlashError } from '../flasher.ts'
import { LinkLostError } from '../link.ts'

/** How a run ended. */
export interface RunEnd {
  readonly state: 'passed' | 'failed' | 'refused' | 'cancelled'
  readonly errorCode: string | null
  readonly errorData: Record<string, string | number>
}

/** A guard says no: nothing was erased. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: BenchReason
  readonly data: ReasonData

  constructor(code: BenchReason, data: ReasonData = {}) {
    super(code)
    this.code = code
    this.data = data
  }
}

/** Why a run is ended from outside; the signal's reason. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped'
  readonly code: 'CANCELLED' | 'STOPPED'

  constructor(code: 'CANCELLED' | 'STOPPED') {
    super(code)
    this.code = code
  }
}

export const passed: RunEnd = { state: 'passed', errorCode: null, errorData: {} }

/** Families' own guards, which speak before anything is erased: another board, image or option helps, another try does not. */
const familyRefusals: readonly RegExp[] = [
  /WRONG_CHIP|UNIT_CHANGED|CHIP_UNKNOWN|UNKNOWN_CHIP/,
  /SECURE_|ENCRYPTED|STM32_PROTECTED/,
  /IMAGE_|^ELF_|^NVS_|^REGIONS_|NO_IMAGE/,
  /NOT_BOOTABLE|NO_BOOTLOADER|PARTITION|HEADER_FLASH_SIZE|FLASH_PARAMETER|OUTSIDE_FLASH/,
  /COMMAND_MISSING|MASS_ERASE_MISSING/,
]

/**
 * How a run ended by what was thrown.
 * @param erased whether the guards had let it through: what comes later is a failure, whatever it is called.
 */
export const endOf = (error: unknown, phase: FlashPhase | null, erased: boolean): RunEnd => {
  if (error instanceof RunStopped) return { state: 'cancelled', errorCode: error.code, errorData: {} }
  if (error instanceof Refusal) return { state: 'refused', errorCode: error.code, errorData: { ...error.data } }
  if (error instanceof LinkLostError)
    return { state: 'failed', errorCode: 'UNPLUGGED', errorData: { phase: phase ?? 'connecting' } }
  if (error instanceof FlashError) {
    const refused = !erased && familyRefusals.some((pattern) => pattern.test(error.code))
    return { state: refused ? 'refused' : 'failed', errorCode: error.code, errorData: { ...error.data } }
  }
  const detail = error instanceof DomainError ? error.code : error instanceof Error ? error.message : String(error)
  return { state: 'failed', errorCode: 'FLASHING_FAILED', errorData: { detail } }
}

/** The reason in words for a log, which is English. */
export const logWords = (code: string, data: ReasonData): string => benchReasonText(code, 'en', data) ?? code
