import type { z } from 'zod'
import {
  type CampaignDefinition,
  type CampaignOption,
  campaignOptions,
  definitionDefaults,
  unmetBy,
} from '#shared/campaign/definition.ts'
import { DomainError } from '#shared/errors.ts'
import { type Phrase, rulePhrase } from '#shared/phrase.ts'
import { type Protocol, protocolFacts } from '#shared/protocols/index.ts'
import type { CampaignInput } from '#shared/schema.ts'
import type { campaigns } from '../../store/schema.ts'

/** A request to create a campaign, with the internal names: the REST member `protocol` is its `transport`. */
export type CampaignRequest = CampaignDefinition & Omit<z.output<typeof CampaignInput>, CampaignOption | 'protocol'>

export const requestOf = ({ protocol, ...others }: z.output<typeof CampaignInput>): CampaignRequest => ({
  ...others,
  transport: protocol,
})

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

const invalid = (field: string, rule: Phrase): DomainError => new DomainError('INVALID_FIELD', { field, rule })

const isEmpty = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)

/** Whether an option is not used: it is left out, empty or at its default. */
const isAtDefault = (definition: CampaignDefinition, option: CampaignOption): boolean =>
  isEmpty(definition[option]) || definition[option] === definitionDefaults[option]

/** The error of an option that the protocol does not support; all other options share one error. */
const refusals: { readonly [K in CampaignOption]?: (protocol: Protocol) => DomainError } = {
  push: (protocol) => new DomainError('ASKING_UNKNOWN', { protocol }),
  policy: (protocol) => new DomainError('POLICY_UNKNOWN', { protocol }),
  conditions: () => invalid('conditions', rulePhrase('hints')),
}

/** Checks that each used option applies to the protocol and the upgrade type. @throws ASKING_UNKNOWN, POLICY_UNKNOWN, INVALID_FIELD. */
export const checkOptions = (definition: CampaignDefinition, protocol: Protocol): void => {
  const context = { features: protocolFacts[protocol].features, strategy: definition.strategy }
  for (const option of campaignOptions) {
    const unmet = isAtDefault(definition, option) ? undefined : unmetBy(option, context)
    if (unmet === 'strategy') throw invalid(option, rulePhrase('staticOnly'))
    if (unmet === 'feature') throw refusals[option]?.(protocol) ?? invalid(option, rulePhrase('otherProtocol'))
  }
}

/** Checks that the options fit each other, whatever the package and the protocol. @throws INVALID_FIELD. */
export const checkRequest = ({ kind, scope, strategy, startAt }: CampaignRequest, now: number): void => {
  if (kind === 'verify' && scope !== 'devices') throw invalid('scope', rulePhrase('chosenOnly'))
  if (startAt !== undefined) {
    const ahead = Date.parse(startAt) - now
    if (ahead < MINUTE_MS || ahead > 30 * DAY_MS) throw invalid('startAt', rulePhrase('startAt'))
  }
  if (strategy === 'dynamic' && scope === 'devices') throw invalid('scope', rulePhrase('allOnly'))
}

/** The definition of a request; an object without members counts as not used. */
const definitionOf = (request: CampaignRequest): CampaignDefinition => {
  const chosen = campaignOptions.flatMap((option) => (isEmpty(request[option]) ? [] : [[option, request[option]]]))
  return { ...definitionDefaults, ...(Object.fromEntries(chosen) as Partial<CampaignDefinition>) }
}

/** The database row of a request, without its jobs. */
export const rowOf = (request: CampaignRequest, now: number): Omit<typeof campaigns.$inferInsert, 'making'> => ({
  packageId: request.packageId,
  name: request.name,
  definition: definitionOf(request),
  status: request.startAt === undefined ? 'running' : 'scheduled',
  startAt: request.startAt === undefined ? null : Date.parse(request.startAt),
  joining: request.strategy === 'dynamic',
  createdAt: now,
})
