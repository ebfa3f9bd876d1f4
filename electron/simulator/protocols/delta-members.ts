import { z } from 'zod'
import type { NoticedDelta } from '../notice.ts'
import { hex } from './json.ts'

/** What notices say about a delta in `extData`; a device must be able to work without any of it. */
const Members = z.object({
  _diff_format: z.string().optional(),
  _diff_from: z.string().optional(),
  _full_size: z.number().int().positive().optional(),
  _full_sha256: hex(64).optional(),
})

/** Reads these members; a member of another type is ignored. */
export const deltaOf = (extData: unknown): NoticedDelta => {
  const read = Members.safeParse(extData)
  const { _diff_format, _diff_from, _full_size, _full_sha256 } = read.success ? read.data : {}
  return {
    format: _diff_format,
    fromVersion: _diff_from,
    fullSize: _full_size,
    fullSha256: _full_sha256?.toLowerCase(),
  }
}

/** Whether `extData` announces a delta, where the notice has no `isDiff`. */
export const announcesDelta = (extData: unknown): boolean =>
  typeof extData === 'object' && extData !== null && '_diff_format' in extData
