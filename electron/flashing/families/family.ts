import type { TargetFacts } from '#shared/targets/target-facts.ts'
import type { Flasher } from '../flasher.ts'
import type { ImageRules } from '../images/image-rules.ts'
import type { Link, LinkSettings, OpenLink, Transport, TransportRegistry } from '../transport.ts'

/** A target family as the bench uses it: the facts of its target, and how units of it are flashed. */
export interface Family<T extends Transport = Transport> {
  readonly facts: TargetFacts
  readonly transport: T
  /** How its link is opened. @param options as the target's schema parsed them. */
  settings(options: Readonly<Record<string, unknown>>): LinkSettings[T]
  readonly images: ImageRules
  /** Its codes that refuse a unit before anything is erased: another unit, image or option helps, another try does not. */
  readonly refusals: readonly string[]
  readonly flasher: Flasher<T>
  /** Names that its chips report and that are no part numbers; a recipe may expect them as well. */
  readonly chipNames?: readonly string[]
}

/** Opens the family's link at a place. @throws FlashError naming why it cannot be opened. */
export const openFamilyLink = (
  transports: TransportRegistry,
  family: Family,
  path: string,
  options: Readonly<Record<string, unknown>>,
): Promise<Link> => {
  const open = transports[family.transport] as OpenLink<Transport> | undefined
  if (!open) throw new Error(`this station has no transport "${family.transport}"`)
  return open(path, family.settings(options))
}
