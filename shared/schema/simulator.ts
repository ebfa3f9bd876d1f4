import { z } from 'zod'
import { rule } from '../phrase.ts'
import { Id, ModuleName, Version } from './values.ts'

/**
 * The fault of the devices selected by `failurePercent`: `mixed` are the four failures that devices report, in turn (upgrade, download,
 * digest, burning); `drop` cuts the connection in the middle of a download, which then resumes by `Range`; `digest` finds a wrong digest;
 * `silent` takes a notice and never answers; `rollback` reports the old version after the restart; `duplicate` sends every message twice;
 * `disorder` reports percentages in the wrong order.
 */
export const simulatorFaults = ['mixed', 'drop', 'digest', 'silent', 'rollback', 'duplicate', 'disorder'] as const
export const SimulatorFault = z.enum(simulatorFaults)
export type SimulatorFault = z.infer<typeof SimulatorFault>

export const SimulatorInput = z.strictObject({
  productId: Id,
  module: ModuleName.default('default'),
  /** Virtual devices to run; missing ones are created as `{prefix}-0001` … */
  count: z.number().int().min(1).max(5000),
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,32}$/, rule('namePrefix'))
    .default('sim'),
  version: Version.default('1.0.0'),
  /** Download rate of each device in bytes per second; 0: as fast as possible. */
  bytesPerSecond: z.number().int().min(0).max(1e9).default(0),
  /**
   * The percentage of devices with the fault (spread evenly, so 10% of 50 are exactly 5). An upgrade that fails by it succeeds when
   * retried.
   */
  failurePercent: z.number().min(0).max(100).default(0),
  fault: SimulatorFault.default('mixed'),
  /** Milliseconds from the end of the installation to the version report. */
  rebootMs: z.number().int().min(0).max(600_000).default(1500),
  /**
   * Seconds between two queries of a device for an upgrade, for campaigns without push; 0: it waits for notices where its protocol has
   * them (OneNET has none: its devices then query every ten seconds).
   */
  askSeconds: z.number().min(0).max(3600).default(0),
})
export type SimulatorInput = z.infer<typeof SimulatorInput>

/** An error of the virtual devices: a code of `errors.ts` with the values for its text. */
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
  /** Devices whose latest upgrade succeeded, and devices whose latest upgrade failed; a successful retry moves one over. */
  succeeded: z.number(),
  failed: z.number(),
  /** The latest error, until the next start; show it by `errorText(code, language, data)`. */
  lastError: SimulatorTrouble.nullable(),
})
export type SimulatorStatus = z.infer<typeof SimulatorStatus>
