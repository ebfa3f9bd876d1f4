import type { Region } from '../flasher.ts'

type ImageFormat = 'bin' | 'hex' | 'srec' | 'elf'

/** A file as the regions that it writes. */
export interface ParsedImage {
  readonly format: ImageFormat
  /** In ascending order, without overlap; data that follow each other are one region, gaps are never filled. */
  readonly regions: readonly Region[]
  /** Where execution begins, according to the file. */
  readonly entry: number | undefined
}

/** More than any real file has; only a file of scattered bytes exceeds it. */
export const regionLimit = 4096
