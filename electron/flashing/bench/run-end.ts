import { type BenchReason, benchReasonText, type ReasonData } from '#shared/bench-reasons.ts'
import { DomainError } from '#shared/errors.ts'
import type { FlashPhase } from '#shared/flashing.ts'
import { FlashError } from '../flasher.ts'
import { LinkLostError } from '../transport.ts'

/** How a run ended. */
export interface RunEnd {
  readonly state: 'passed' | 'failed' | 'refused' | 'cancelled'
  readonly errorCode: string | null
  readonly errorData: Record<string, string | number>
}

/** A guard refused the unit; nothing was erased. */
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

/** Why a run is stopped from outside; the signal's reason. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped'
  readonly code: 'CANCELLED' | 'STOPPED'

  constructor(code: 'CANCELLED' | 'STOPPED') {
    super(code)
    this.code = code
  }
}

export const passed: RunEnd = { state: 'passed', errorCode: null, errorData: {} }

/** Codes of images that refuse a unit of any target before anything is erased. */
const imageRefusals = /^(ONE_)?IMAGE_|^ELF_|^FILE_|^NVS_|^REGIONS_|^NO_IMAGE$/

/**
 * How a run ended by what was thrown.
 * @param refusals the family's codes that refuse a unit; undefined once the guards have passed, because what comes later is a failure.
 */
export const endOf = (error: unknown, phase: FlashPhase | null, refusals?: readonly string[]): RunEnd => {
  if (error instanceof RunStopped) return { state: 'cancelled', errorCode: error.code, errorData: {} }
  if (error instanceof Refusal) return { state: 'refused', errorCode: error.code, errorData: { ...error.data } }
  if (error instanceof LinkLostError)
    return { state: 'failed', errorCode: 'UNPLUGGED', errorData: { phase: phase ?? 'connecting' } }
  if (error instanceof FlashError) {
    const refused = refusals !== undefined && (refusals.includes(error.code) || imageRefusals.test(error.code))
    return { state: refused ? 'refused' : 'failed', errorCode: error.code, errorData: { ...error.data } }
  }
  const detail = error instanceof DomainError ? error.code : error instanceof Error ? error.message : String(error)
  return { state: 'failed', errorCode: 'FLASHING_FAILED', errorData: { detail } }
}

/** The text of a reason for a log, which is English. */
export const logText = (code: string, data: ReasonData): string => benchReasonText(code, 'en', data) ?? code
