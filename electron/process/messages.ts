import { z } from 'zod'
import { ReadyInfo } from '../station/ready.ts'

/** What the desktop host says to the station process; `port` brings the window's message port along. */
export const ToStation = z.discriminatedUnion('event', [
  z.object({ event: z.literal('port') }),
  z.object({ event: z.literal('stop') }),
])
export type ToStation = z.infer<typeof ToStation>

/** What the station process says to the desktop host. After `failed` (words for people) it ends by itself. */
export const FromStation = z.discriminatedUnion('event', [
  ReadyInfo,
  z.object({ event: z.literal('failed'), message: z.string() }),
  /** So many slots are being flashed now. */
  z.object({ event: z.literal('busy'), slots: z.number().int().min(0) }),
])
export type FromStation = z.infer<typeof FromStation>
