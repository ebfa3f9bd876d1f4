import { z } from 'zod'
import { baudRate } from './serial-options.ts'
import { anyChip, type TargetFacts } from './target-facts.ts'

/** How a recipe for the target `smp` flashes. */
export const SmpOptions = z.strictObject({
  baudRate: baudRate(115_200),
  /** `console`: base64 in lines, as a console carries it; `raw`: packets as they are, for units that are built so. */
  framing: z.enum(['console', 'raw']).default('console'),
  /** Number of the first file's image; each further file has the next one. */
  image: z.number().int().min(0).max(63).default(0),
  /** Bytes of the largest request; 0: the unit is asked, and it is less where the unit stays silent. */
  maxRequest: z.number().int().min(0).max(65_535).default(0),
  /** Seconds to wait for the first answer. */
  startSeconds: z.number().int().min(1).max(600).default(10),
  /** Seconds that the unit may take to erase a slot before it answers. */
  eraseSeconds: z.number().int().min(1).max(600).default(60),
  /** `touch1200`: opening the port at 1200 baud restarts the unit; `lines`: DTR and RTS are wired to reset and button. */
  entry: z.enum(['none', 'touch1200', 'lines']).default('none'),
  /** `auto`: nothing in the bootloader, `confirm` in an application. */
  activate: z.enum(['auto', 'none', 'test', 'confirm']).default('auto'),
  after: z.enum(['reset', 'stay']).default('reset'),
})
export type SmpOptions = z.infer<typeof SmpOptions>

/** Units with MCUboot's serial recovery, or with a Zephyr application that takes updates by SMP. */
export const smp = {
  options: SmpOptions,
  editor: { usual: ['baudRate', 'entry', 'activate', 'after'], onlyWith: {} },
  address: { kind: 'none' },
  identity: { unit: false, chip: false, flashSize: false },
  chips: [],
  chosenChip: anyChip,
  unitData: false,
  demo: true,
} as const satisfies TargetFacts
