import { z } from 'zod'
import type { FlashTarget } from '#shared/flashing.ts'
import { Stm32Options, XmodemOptions, YmodemOptions } from '#shared/schema/flash-options.ts'
import { EspOptions } from '#shared/schema/flash-options-esp.ts'

export type OptionValue = string | number | boolean
export type Options = Readonly<Record<string, OptionValue>>

type OptionKind =
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'switch' }
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'text'; readonly max: number }

/** One option of a family, as a form shows it. */
export type OptionField = OptionKind & {
  readonly key: string
  /** Few need it: folded away. */
  readonly advanced: boolean
}

const schemas = {
  esp: EspOptions,
  stm32: Stm32Options,
  xmodem: XmodemOptions,
  ymodem: YmodemOptions,
} as const satisfies Record<FlashTarget, z.ZodObject>

const modem = ['baudRate', 'startText', 'startSeconds']
const basic: Readonly<Record<FlashTarget, readonly string[]>> = {
  esp: ['chip', 'baudRate', 'reset', 'eraseAll'],
  stm32: ['baudRate', 'entry', 'erase', 'after'],
  xmodem: modem,
  ymodem: modem,
}

/** Options that mean something only beside a value of another one. */
const only: Readonly<Record<string, readonly [key: string, value: OptionValue]>> = {
  resetLine: ['entry', 'lines'],
  resetWhenAsserted: ['entry', 'lines'],
  boot0WhenAsserted: ['entry', 'lines'],
}

const kindOf = (schema: z.core.JSONSchema.JSONSchema): OptionKind | undefined => {
  if (schema.enum !== undefined) return { kind: 'choice', values: schema.enum.map(String) }
  if (schema.type === 'boolean') return { kind: 'switch' }
  if (schema.type === 'integer')
    return { kind: 'number', min: schema.minimum ?? 0, max: schema.maximum ?? Number.MAX_SAFE_INTEGER }
  return schema.type === 'string' ? { kind: 'text', max: schema.maxLength ?? 200 } : undefined
}

/** The options of a family in the order of its schema, which says what may stand in each. */
export const fieldsOf = (target: FlashTarget): readonly OptionField[] =>
  Object.entries(z.toJSONSchema(schemas[target], { io: 'input' }).properties ?? {}).flatMap(([key, schema]) => {
    const kind = typeof schema === 'boolean' ? undefined : kindOf(schema)
    return kind === undefined ? [] : [{ key, advanced: !basic[target].includes(key), ...kind }]
  })

/** What a recipe has that chooses nothing. */
export const defaultsOf = (target: FlashTarget): Options => schemas[target].parse({}) as Options

/** A recipe's options with what it leaves out filled in. */
export const withDefaults = (target: FlashTarget, options: Readonly<Record<string, unknown>>): Options => {
  const read = schemas[target].safeParse(options)
  return read.success ? (read.data as Options) : defaultsOf(target)
}

/** Whether an option counts beside the others. */
export const isMeant = (key: string, options: Options): boolean => {
  const condition = only[key]
  return condition === undefined || options[condition[0]] === condition[1]
}

export const commonBaudRates = [9600, 57_600, 115_200, 230_400, 460_800, 921_600, 1_500_000, 2_000_000] as const
