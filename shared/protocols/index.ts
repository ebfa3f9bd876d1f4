import { z } from 'zod'
import { factText } from '../fact-text.ts'
import type { Language } from '../languages.ts'
import { iotEngine } from './iot-engine.ts'
import { onenet } from './onenet.ts'
import type { ProtocolFacts, ProtocolFeatures } from './protocol-facts.ts'
import { sagoo } from './sagoo.ts'
import { thingspanel } from './thingspanel.ts'

export type { PackageLimits, ProtocolFacts, ProtocolFeatures } from './protocol-facts.ts'
export { DEFAULT_MODULE } from './protocol-facts.ts'

/** The OTA protocols of products (docs/product.md §1.5), one line each. `station.info` reports which of them this build serves. */
const list = [sagoo, thingspanel, onenet, iotEngine] as const

export type Protocol = (typeof list)[number]['id']

/** Their names, in the order of the list. */
export const protocols = list.map(({ id }) => id) as [Protocol, ...Protocol[]]
export const Protocol = z.enum(protocols)

/** The facts of each. */
export const protocolFacts = Object.fromEntries(
  list.map((facts): [Protocol, ProtocolFacts] => [facts.id, facts]),
) as Readonly<Record<Protocol, ProtocolFacts>>

/** @returns the names of the protocols that have a feature */
export const namesWith = (feature: keyof ProtocolFeatures, language: Language): string[] =>
  list.filter(({ features }) => features[feature]).map(({ names }) => factText(names, language))

/** Limit of a file over MQTT, in bytes (docs/protocols/sagoo.md §8.1). */
export const MQTT_DOWNLOAD_BYTES = 16 * 1024 * 1024
