import type { Protocol } from '#shared/protocols.ts'
import type { DeviceProtocol } from './device-protocol.ts'
import { sagoo } from './sagoo.ts'

/** The protocols virtual devices speak; a further one is a file beside this and a line here. */
export const deviceProtocols: Readonly<Partial<Record<Protocol, DeviceProtocol>>> = { sagoo }
