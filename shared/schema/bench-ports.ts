import { z } from 'zod'
import { Id } from './values.ts'

const portKinds = ['serial', 'usb', 'drive'] as const

/** A port that is present now. */
export const Port = z.object({
  /** `/dev/ttyUSB0`, `COM7`, `sim:1`. */
  path: z.string(),
  /** The physical location: `/dev/serial/by-path/…`, a location path or id; null where the system does not report it. */
  location: z.string().nullable(),
  /** A serial line, a USB device without one, or the drive that a unit appears as. */
  kind: z.enum(portKinds),
  manufacturer: z.string().nullable(),
  vendorId: z.string().nullable(),
  productId: z.string().nullable(),
  serialNumber: z.string().nullable(),
  /** The slot for this location. */
  slotId: Id.nullable(),
})
export type Port = z.infer<typeof Port>

/** Why ports cannot be listed or one cannot be opened: a code of `flash-reasons.ts` with the values for its text. */
export const BenchTrouble = z.object({
  code: z.string(),
  data: z.record(z.string(), z.union([z.string(), z.number()])),
  message: z.string(),
})
export type BenchTrouble = z.infer<typeof BenchTrouble>
