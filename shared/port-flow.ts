import { z } from 'zod'

/**
 * Between the station and a window, beside the calls: a message port takes whatever it is given, whether the window reads or not. The station
 * asks now and then whether what it sent has arrived, and waits while too many of these questions are open.
 */
export const PortProbe = z.object({ kind: z.literal('ota-bench:arrived?'), number: z.int() })
export type PortProbe = z.infer<typeof PortProbe>

/** The window's answer. */
export const PortEcho = z.object({ kind: z.literal('ota-bench:arrived'), number: z.int() })
export type PortEcho = z.infer<typeof PortEcho>
