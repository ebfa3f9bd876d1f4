import type { FaultKind } from '../faults.ts'

/** References 001 and 003, 上报升级进度信息: error codes in place of a percentage. JD's are ours to choose and the same (device-protocols.md 6). */
export const failureSteps: Readonly<Record<FaultKind, number>> = {
  upgrade: -1,
  download: -2,
  verification: -3,
  burning: -4,
}
