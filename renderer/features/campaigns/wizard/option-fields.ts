import { z } from 'zod'
import { CampaignDefinition, type CampaignOption, optionFacts } from '#shared/campaign/definition.ts'

/** The options whose fields in the wizard are generated from the schema. */
export type FieldOption = {
  [K in CampaignOption]: (typeof optionFacts)[K]['section'] extends 'own' ? never : K
}[CampaignOption]

type JsonSchema = z.core.JSONSchema.JSONSchema
export interface Limits {
  readonly min: number
  readonly max: number
}
/** A number of an option; `part` where the option has several. */
export interface NumberPart extends Limits {
  readonly part: string | undefined
  /** The meaning of an empty field; undefined: the number is left out. */
  readonly default: number | undefined
}

/** The kind of an option's field, derived from its schema. */
export type OptionField =
  | { readonly kind: 'switch' }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'numbers'; readonly parts: readonly NumberPart[] }

const objectOf = (schema: boolean | JsonSchema | undefined): JsonSchema => (typeof schema === 'object' ? schema : {})
const properties = objectOf(z.toJSONSchema(CampaignDefinition, { io: 'input' })).properties ?? {}
const schemaOf = (option: CampaignOption): JsonSchema => objectOf(properties[option])

const numberOf = (schema: JsonSchema, part?: string): NumberPart => ({
  part,
  min: schema.minimum ?? 0,
  max: schema.maximum ?? Number.MAX_SAFE_INTEGER,
  default: typeof schema.default === 'number' ? schema.default : undefined,
})

export const fieldOf = (option: FieldOption): OptionField => {
  const schema = schemaOf(option)
  if (schema.type === 'boolean') return { kind: 'switch' }
  if (schema.enum !== undefined) return { kind: 'choice', values: schema.enum.map(String) }
  const parts = Object.entries(schema.properties ?? {}).map(([part, inner]) => numberOf(objectOf(inner), part))
  return { kind: 'numbers', parts: parts.length > 0 ? parts : [numberOf(schema)] }
}

/** The limits of a number in an option with a form of its own: of a member, or of a member of its rows. */
export const limitsOf = (option: CampaignOption, part?: string): Limits => {
  const schema = schemaOf(option)
  const holder = schema.type === 'array' ? objectOf(Array.isArray(schema.items) ? undefined : schema.items) : schema
  const { min, max } = numberOf(part === undefined ? schema : objectOf(holder.properties?.[part]))
  return { min, max }
}

/** The maximum number of rows of an option. */
export const mostRows = (option: CampaignOption): number => schemaOf(option).maxItems ?? Number.MAX_SAFE_INTEGER

export type Section = Exclude<(typeof optionFacts)[CampaignOption]['section'], 'own'>

export const isField = (option: CampaignOption): option is FieldOption => optionFacts[option].section !== 'own'

/** The options whose fields are in a section, in order. */
export const optionsIn = (section: Section): readonly FieldOption[] =>
  (Object.keys(optionFacts) as CampaignOption[])
    .filter(isField)
    .filter((option) => optionFacts[option].section === section)
