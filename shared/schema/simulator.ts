import { z } from 'zod'
import { Id, ModuleName, Version } from './values.ts'

export const SimulatorInput = z.strictObject({
  productId: Id,
  module: ModuleName.default('default'),
  /** Virtual devices to run; they are created as `{prefix}-0001` … where missing. */
  count: z.number().int().min(1).max(5000),
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,32}$/)
    .default('sim'),
  version: Version.default('1.0.0'),
  /** Bytes per second each downloads at; 0: as fast as it goes. */
  bytesPerSecond: z.number().int().min(0).max(1e9).default(0),
  /** Of 100 devices, how many fail each upgrade (spread evenly, so 10 % of 50 are exactly 5). */
  failurePercent: z.number().min(0).max(100).default(0),
  /** Milliseconds from installed to the version report. */
  rebootMs: z.number().int().min(0).max(600_000).default(1500),
})
export type SimulatorInput = z.infer<typeof SimulatorInput>

/** An error of the virtual devices: a code of `errors.ts` with what its text is filled with. */
export const SimulatorTrouble = z.object({
  code: z.enum(['SIMULATOR_CRASHED', 'SIMULATOR_REFUSED', 'SIMULATOR_UNREACHABLE']),
  data: z.record(z.string(), z.string()),
})
export type SimulatorTrouble = z.infer<typeof SimulatorTrouble>

export const SimulatorStatus = z.object({
  running: z.boolean(),
  settings: SimulatorInput.nullable(),
  devices: z.number(),
  connected: z.number(),
  upgrading: z.number(),
  /** Devices whose latest upgrade succeeded, and those whose latest failed; a retry that succeeds moves one over. */
  succeeded: z.number(),
  failed: z.number(),
  /** What went wrong last, until the next start; show it by `errorText(code, language, data)`. */
  lastError: SimulatorTrouble.nullable(),
})
export type SimulatorStatus = z.infer<typeof SimulatorStatus>
