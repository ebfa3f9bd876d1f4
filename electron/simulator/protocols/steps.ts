import type { FaultKind } from '../faults.ts'

/**
 * docs/protocols/README.md §8.2: error codes in place of a percentage. JD leaves its codes open, and we use the same
 * (docs/protocols/iot-engine.md §6.2).
 */
export const failureSteps: Readonly<Record<FaultKind, number>> = {
  upgrade: -1,
  download: -2,
  verification: -3,
  burning: -4,
}
