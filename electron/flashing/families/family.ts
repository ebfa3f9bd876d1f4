import type { RuleCode } from '#shared/phrase.ts'
import type { Programmer } from '#shared/schema.ts'
import type { TargetFacts } from '#shared/targets/target-facts.ts'
import type { AtProfiles } from '../at-profiles/profile-set.ts'
import type { BuildDraft, BuildFiles } from '../builds/build-files.ts'
import type { Flasher } from '../flasher.ts'
import type { ImageRules, Problem } from '../images/image-rules.ts'
import type { Link, LinkSettings, OpenLink, Place, Transport, TransportRegistry } from '../transport.ts'

/** What a station has besides ports and files. */
export interface StationTools {
  readonly programmers: () => readonly Programmer[]
  readonly atProfiles: AtProfiles
}

/** What a recipe asks for, without its files' content. */
export interface RecipeWish {
  /** As the target's schema parsed them. */
  readonly options: Readonly<Record<string, unknown>>
  readonly images: readonly { readonly name: string; readonly address: number | null }[]
}

/** What recipes of a family need of their station. */
export interface FamilyNeeds {
  /** The option that names something this station does not have, and the name; undefined: it has everything. */
  readonly lacks: (
    wish: RecipeWish,
    tools: StationTools,
  ) => { readonly option: string; readonly name: string } | undefined
  /** The first option that this station does not accept, by its path, with the rule. */
  readonly refuses: (
    wish: RecipeWish,
    tools: StationTools,
  ) => { readonly option: string; readonly rule: RuleCode } | undefined
  /** Everything that would keep a run from starting here. */
  readonly check: (wish: RecipeWish, tools: StationTools) => Promise<readonly Problem[]>
}

/** A target family as the bench uses it: the facts of its target, and how units of it are flashed. */
export interface Family<T extends Transport = Transport> {
  readonly facts: TargetFacts
  readonly transport: T
  /** How its link is opened. @param options as the target's schema parsed them. */
  settings(options: Readonly<Record<string, unknown>>): LinkSettings[T]
  readonly images: ImageRules
  /** Its codes that refuse a unit before anything is erased: another unit, image or option helps, another try does not. */
  readonly refusals: readonly string[]
  /** The code of a run that a person stops after the guards passed, where the unit goes on by itself; left out: it does not. */
  readonly stopped?: string
  readonly flasher: Flasher<T>
  /** Reads a build into the draft of a recipe; left out where builds say nothing of how they are flashed. @throws DomainError. */
  readonly readBuild?: (files: BuildFiles) => Promise<BuildDraft>
  /** Names that its chips report and that are no part numbers; a recipe may expect them as well. */
  readonly chipNames?: readonly string[]
  /** Left out: recipes need nothing but ports and files. */
  readonly needs?: FamilyNeeds
}

/** A place of which nothing is known. */
const nowhere: Place = { slot: '', usbPath: undefined, usbSerial: undefined }

/** Opens the family's link at a place. @throws FlashError naming why it cannot be opened. */
export const openFamilyLink = (
  transports: TransportRegistry,
  family: Family,
  path: string,
  options: Readonly<Record<string, unknown>>,
  place: Place = nowhere,
): Promise<Link> => {
  const open = transports[family.transport] as OpenLink<Transport> | undefined
  if (!open) throw new Error(`this station has no transport "${family.transport}"`)
  return open(path, family.settings(options), place)
}
