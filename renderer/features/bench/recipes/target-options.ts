import { z } from 'zod'
import { type FlashTarget, targets } from '#shared/targets/index.ts'
import type { OptionValue } from '#shared/targets/target-facts.ts'

export type { OptionValue }
export type Options = Readonly<Record<string, OptionValue>>

type OptionKind =
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'switch' }
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'text'; readonly max: number }
  /** One of the station's programmers, and the values that this asks for. */
  | { readonly kind: 'programmer' }
  | { readonly kind: 'values' }
  /** A profile for AT modules, of the program or of the data directory. */
  | { readonly kind: 'atProfile' }

/** One option of a target, as shown in a form. */
export type OptionField = OptionKind & {
  readonly key: string
  /** Rarely needed, therefore folded. */
  readonly advanced: boolean
}

const kindOf = (schema: z.core.JSONSchema.JSONSchema): OptionKind | undefined => {
  // A schema that says which field it needs (`meta`).
  if (schema.field === 'programmer' || schema.field === 'values' || schema.field === 'atProfile')
    return { kind: schema.field }
  if (schema.enum !== undefined) return { kind: 'choice', values: schema.enum.map(String) }
  if (schema.type === 'boolean') return { kind: 'switch' }
  if (schema.type === 'integer')
    return { kind: 'number', min: schema.minimum ?? 0, max: schema.maximum ?? Number.MAX_SAFE_INTEGER }
  return schema.type === 'string' ? { kind: 'text', max: schema.maxLength ?? 200 } : undefined
}

/** The options of a target in the order of its schema, which also defines their values. */
export const fieldsOf = (target: FlashTarget): readonly OptionField[] => {
  const { options, editor } = targets[target]
  return Object.entries(z.toJSONSchema(options, { io: 'input' }).properties ?? {}).flatMap(([key, schema]) => {
    const kind = typeof schema === 'boolean' ? undefined : kindOf(schema)
    return kind === undefined ? [] : [{ key, advanced: !editor.usual.includes(key), ...kind }]
  })
}

/** The options of a recipe with all defaults. */
export const defaultsOf = (target: FlashTarget): Options => targets[target].options.parse({}) as Options

/** A recipe's options, with defaults for missing ones. */
export const withDefaults = (target: FlashTarget, options: Readonly<Record<string, unknown>>): Options => {
  const read = targets[target].options.safeParse(options)
  return read.success ? (read.data as Options) : defaultsOf(target)
}

/** The fault of each option as a schema names it (`rules.usbId`), by the option's key. */
export const optionFaults = (target: FlashTarget, options: Options): Readonly<Record<string, string>> => {
  const read = targets[target].options.safeParse(options)
  const faults: Record<string, string> = {}
  for (const { path, message } of read.success ? [] : read.error.issues) faults[String(path[0])] ??= message
  return faults
}

/** Whether an option applies with the present values of the others. */
export const isMeant = (target: FlashTarget, key: string, options: Options): boolean => {
  const condition = targets[target].editor.onlyWith[key]
  return condition === undefined || options[condition[0]] === condition[1]
}

export const commonBaudRates = [9600, 57_600, 115_200, 230_400, 460_800, 921_600, 1_500_000, 2_000_000] as const
