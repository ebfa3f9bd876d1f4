import type { DiffFormat } from '#shared/diffs.ts'
import type { PatchFormat } from './format.ts'

/** Every format that is made here; each by the name that packages carry. */
export const patchFormats: Readonly<Partial<Record<Exclude<DiffFormat, 'custom'>, PatchFormat>>> = {}
