import { z } from 'zod'

/**
 * Flow control between the station and a window, in addition to the calls: a message port accepts everything, whether the window reads or
 * not. The station regularly asks whether its messages have arrived, and waits while too many of these questions are open.
 */
export const PortProbe = z.object({ kind: z.literal('ota-bench:arrived?'), number: z.int() })
export type PortProbe = z.infer<typeof PortProbe>

/** The window's answer. */
export const PortEcho = z.object({ kind: z.literal('ota-bench:arrived'), number: z.int() })
export type PortEcho = z.infer<typeof PortEcho>
