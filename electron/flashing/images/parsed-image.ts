import type { Region } from '../flasher.ts'

export type ImageFormat = 'bin' | 'hex' | 'srec' | 'elf'

/** What a file would write. */
export interface ParsedImage {
  readonly format: ImageFormat
  /** In ascending order, without overlap; data that follow each other are one region, gaps are never filled. */
  readonly regions: readonly Region[]
  /** Where execution begins, as the file says. */
  readonly entry: number | undefined
}

/** Far beyond any real file: one that scatters single bytes over the address space. */
export const regionLimit = 4096
