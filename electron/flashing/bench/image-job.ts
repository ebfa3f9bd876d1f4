import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { FlashTarget } from '#shared/flashing.ts'
import { FlashError, type Region } from '../flasher.ts'
import { findProblems } from '../images/check-image.ts'
import { looksLikeEspImage, parseEspImage } from '../images/esp-image.ts'
import { parseImage } from '../images/parse-image.ts'
import type { Problem } from '../images/problem.ts'

/** Files to be read, and what they are meant for. */
export interface ImageJob {
  readonly target: FlashTarget
  readonly files: readonly ImageFile[]
  /** The chip that is expected, as far as the recipe says. */
  readonly known: { readonly chip: string | undefined; readonly flashSize: number | undefined } | undefined
}

export interface ImageFile {
  readonly path: string
  readonly name: string
  /** What must be in it; another content is damage. */
  readonly sha256: string
  /** Null: the file says itself, or goes where the target's flash begins. */
  readonly address: number | null
}

/** What the files would write; `problems` as a dry check finds them. */
export interface ReadImages {
  readonly regions: readonly Region[]
  /** The chip they are for, where they say. */
  readonly chip: string | null
  readonly problems: readonly Problem[]
}

/** Where a file without an address goes. STM32: main flash memory (RM0008 3.3). */
const firstAddress: Readonly<Partial<Record<FlashTarget, number>>> = { stm32: 0x0800_0000 }

const chipOf = ({ bytes, name }: Region): string | undefined => {
  if (!looksLikeEspImage(bytes)) return undefined
  try {
    return parseEspImage(bytes, name).chip ?? undefined
  } catch (error) {
    // What is wrong with it is among the problems.
    if (error instanceof FlashError) return undefined
    throw error
  }
}

/** Reads and parses files. @throws FlashError: a file cannot be read as what it claims to be. */
export const readImages = async ({ target, files, known }: ImageJob): Promise<ReadImages> => {
  const regions: Region[] = []
  for (const { path, name, sha256, address } of files) {
    const bytes = new Uint8Array(await readFile(path))
    // A damaged image must never be written under the name of a whole one.
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new FlashError('IMAGE_DAMAGED', { name, sha256 })
    regions.push(...parseImage(bytes, name, address ?? firstAddress[target] ?? 0, target).regions)
  }
  const chip = target === 'esp' ? regions.map(chipOf).find((name) => name !== undefined) : undefined
  return { regions, chip: chip ?? null, problems: findProblems(regions, target, known) }
}
