import { z } from 'zod'
import { BenchTrouble } from './bench-ports.ts'

/** The dialogue of one maker's modules, as recipes for `at-fota` name it. */
export const ListedAtProfile = z.object({
  name: z.string(),
  /** `own`: a file of the folder `at-profiles` in the data directory; it may replace the shipped one of its name. */
  source: z.enum(['shipped', 'own']),
  /** The modules it is made for; null where the file cannot be used. */
  modules: z.string().nullable(),
  /** Ways of an update that it has, also of its variants. */
  ways: z.array(z.enum(['http', 'serial'])),
  /** Why the file cannot be used. */
  trouble: BenchTrouble.nullable(),
})
export type ListedAtProfile = z.infer<typeof ListedAtProfile>
