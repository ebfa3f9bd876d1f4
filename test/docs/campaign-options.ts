import { z } from 'zod'
import {
  CampaignDefinition,
  type CampaignOption,
  campaignOptions,
  type OptionFacts,
  optionFacts,
} from '../../shared/campaign/definition.ts'
import { protocolFacts, protocols } from '../../shared/protocols/index.ts'

type Schema = z.core.JSONSchema.JSONSchema

const objectOf = (schema: unknown): Schema => (typeof schema === 'object' && schema !== null ? (schema as Schema) : {})
const properties = objectOf(z.toJSONSchema(CampaignDefinition, { io: 'input' })).properties ?? {}

const code = (text: unknown): string => `\`${typeof text === 'string' ? text : JSON.stringify(text)}\``

/** What may stand there: values, a range, a list, or members with theirs. */
const valuesOf = (schema: Schema): string => {
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ')
  switch (schema.type) {
    case 'boolean':
      return '`true`, `false`'
    case 'integer':
      return `${schema.minimum} to ${schema.maximum}`
    case 'array':
      return `list${schema.maxItems === undefined ? '' : ` of at most ${schema.maxItems}`}: ${valuesOf(objectOf(schema.items))}`
    case 'object': {
      const members = Object.entries(schema.properties ?? {})
      if (members.length === 0) return 'text by key'
      return members
        .map(([name, member]) => {
          const mark = schema.required?.includes(name) ? '' : '?'
          return `${code(`${name}${mark}`)} ${valuesOf(objectOf(member))}`
        })
        .join('; ')
    }
    default:
      return 'text'
  }
}

/** Where an option may be chosen; empty: everywhere. */
const onlyFor = ({ feature, strategy }: OptionFacts): string =>
  [
    ...(feature ? [protocols.filter((protocol) => protocolFacts[protocol].features[feature]).join(', ')] : []),
    ...(strategy ? [`strategy ${code(strategy)}`] : []),
  ].join('; ')

const rowOf = (option: CampaignOption): string => {
  const schema = objectOf(properties[option])
  const name = option === 'transport' ? 'protocol' : option
  const byDefault = schema.default === undefined ? '' : code(schema.default)
  return `| ${code(name)} | ${valuesOf(schema)} | ${byDefault} | ${onlyFor(optionFacts[option])} |`
}

const BEGIN = '<!-- Written by `npm run readme` from shared/campaign/definition.ts -->\n'
const END = '<!-- end -->\n'

/** The page of the operator API with the table of campaign options as it is today. @throws where its place is missing. */
export const withCampaignOptions = (page: string): string => {
  const [before, rest] = page.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error('the page has no place for the campaign options')
  const head = '| member | values | default | other values only for |\n| --- | --- | --- | --- |\n'
  return `${before}${BEGIN}${head}${campaignOptions.map(rowOf).join('\n')}\n${END}${after}`
}
