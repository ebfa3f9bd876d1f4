import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { FlashTarget } from '#shared/targets/index.ts'
import { FlashError, type Region } from '../flasher.ts'
import {
  type Description,
  findProblems,
  type ImageRules,
  type KnownUnit,
  type Problem,
  type Range,
  type RecipeOptions,
} from '../images/image-rules.ts'

/** Files to read, and the target that they are for. */
export interface ImageJob {
  readonly target: FlashTarget
  readonly files: readonly ImageFile[]
  /** The unit that the recipe expects, as far as it says. */
  readonly known: KnownUnit | undefined
  readonly options: RecipeOptions
  /** Where the unit's own data goes; undefined where the recipe has none. */
  readonly unitData: Range | undefined
}

export interface ImageFile {
  readonly path: string
  readonly name: string
  /** Of its content; any other content is damage. */
  readonly sha256: string
  /** Null: the file carries its addresses, or goes where the target's flash begins. */
  readonly address: number | null
}

/** What the files write; `problems` as a dry check finds them. */
export interface ReadImages {
  readonly regions: readonly Region[]
  /** The chip they are for, where they tell. */
  readonly chip: string | null
  readonly problems: readonly Problem[]
  readonly description: Description
}

const nothingToSay: Description = { partitions: [], images: [] }

/** Reads and parses files. @throws FlashError: a file cannot be read as what it claims to be. */
export const readImages = async (job: ImageJob, rules: ImageRules): Promise<ReadImages> => {
  const { files, known, options, unitData } = job
  const regions: Region[] = []
  for (const { path, name, sha256, address } of files) {
    const bytes = new Uint8Array(await readFile(path))
    // A damaged image must never be written under the name of an intact one.
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new FlashError('IMAGE_DAMAGED', { name, sha256 })
    regions.push(...rules.parse(bytes, name, address).regions)
  }
  const description = rules.describe?.(regions) ?? nothingToSay
  regions.push(...(rules.added?.(regions, options, unitData ? [unitData] : []) ?? []))
  return {
    regions,
    chip: rules.chipOf(regions) ?? null,
    problems: findProblems(regions, rules, known, options),
    description,
  }
}
