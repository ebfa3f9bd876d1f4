import { z } from 'zod'
import { patternFault } from '../pattern.ts'
import { rule } from '../phrase.ts'
import { anyChip, type TargetFacts } from './target-facts.ts'
import { uf2FamilyOf } from './uf2-families.ts'

/** How a recipe for the target `uf2` flashes. */
export const Uf2Options = z.strictObject({
  /** The id (`0xe48bff56`) or the name of the family that the file must contain; empty: any. */
  family: z
    .string()
    .max(40)
    .refine((text) => text === '' || uf2FamilyOf(text) !== undefined, rule('uf2Family'))
    .default(''),
  /** A pattern for a line of INFO_UF2.TXT; empty: any board. */
  boardId: z
    .string()
    .max(200)
    .superRefine((source, context) => {
      const fault = source === '' ? undefined : patternFault(source)
      if (fault) context.addIssue({ code: 'custom', message: rule(fault) })
    })
    .default(''),
  /** The drive must be gone after this time, because a board that has its file restarts. */
  vanishSeconds: z.number().int().min(1).max(600).default(30),
  /** The folder of the drive; empty: the drive at the slot's place. */
  drive: z
    .string()
    .max(400)
    .regex(/^\P{Cc}*$/u, rule('oneLine'))
    .default(''),
})
export type Uf2Options = z.infer<typeof Uf2Options>

/** Boards that show themselves as a USB drive and are flashed by a file on it (github.com/microsoft/uf2). */
export const uf2 = {
  options: Uf2Options,
  editor: { usual: ['family', 'boardId', 'vanishSeconds'], onlyWith: {} },
  address: { kind: 'none' },
  identity: { unit: false, chip: true, flashSize: false },
  chips: ['RP2040', 'RP2350', 'SAMD21', 'SAMD51', 'nRF52840', 'ESP32-S2', 'ESP32-S3'],
  chosenChip: anyChip,
  unitData: false,
  demo: true,
} as const satisfies TargetFacts
