import { type Protocol, protocols } from '#shared/protocols.ts'
import type { Dialect } from './dialect.ts'
import { sagoo } from './sagoo.ts'

/** The dialects this build speaks, by protocol: one line each. */
export const dialects: Readonly<Partial<Record<Protocol, Dialect>>> = { sagoo }

/** The protocols this build serves, in the order of the contract. */
export const servedProtocols: readonly Protocol[] = protocols.filter((protocol) => dialects[protocol] !== undefined)

/** The same dialects to walk through: a login or a topic is offered to each in turn. */
export const servedDialects: readonly Dialect[] = Object.values(dialects)
