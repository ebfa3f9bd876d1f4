import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import { type Protocol, protocolFacts } from '#shared/protocols/index.ts'
import { rules } from '#shared/rule-texts.ts'
import { type CampaignHints, type CampaignInput, type CampaignPlan, timeoutDefaults } from '#shared/schema.ts'
import type { campaigns } from '../../store/schema.ts'

export type CampaignRequest = z.output<typeof CampaignInput>

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

const invalid = (field: string, rule: string): DomainError => new DomainError('INVALID_FIELD', { field, rule })

/** What fits together, whatever the package. @throws INVALID_FIELD. */
export const checkRequest = (input: CampaignRequest, protocol: Protocol, now: number): void => {
  if (input.kind === 'verify' && input.scope !== 'devices') throw invalid('scope', rules.chosenOnly.en)
  // The only ones a device has to heed by itself; retries are the platform's where the protocol does not carry them.
  if (input.conditions && !protocolFacts[protocol].features.hints) throw invalid('conditions', rules.hints.en)
  if (input.startAt !== undefined) {
    const ahead = Date.parse(input.startAt) - now
    if (ahead < MINUTE_MS || ahead > 30 * DAY_MS) throw invalid('startAt', rules.startAt.en)
  }
  if (input.strategy !== 'dynamic') return
  // Who will have matched in the end is not known, so there is nothing to take a percentage of.
  if (input.groups?.length) throw invalid('groups', rules.staticOnly.en)
  if (input.percent !== undefined) throw invalid('percent', rules.staticOnly.en)
  if (input.scope === 'devices') throw invalid('scope', rules.allOnly.en)
}

const hintsOf = ({ retry, conditions }: CampaignRequest): CampaignHints | null =>
  retry || conditions ? { ...(retry && { retry }), ...(conditions && { conditions }) } : null

const planOf = (input: CampaignRequest): CampaignPlan => {
  const { window, rate, failureThreshold, deviceTags, percent, overwrite, stepTimeoutMinutes: steps } = input
  return {
    ...(window && { window }),
    ...(rate && Object.keys(rate).length > 0 && { rate }),
    ...(failureThreshold && { failureThreshold }),
    ...(deviceTags?.length && { deviceTags }),
    ...(percent !== undefined && { percent }),
    ...(steps && Object.keys(steps).length > 0 && { stepTimeoutMinutes: steps }),
    overwrite,
  }
}

/** The row a request becomes, but for its jobs. */
export const rowOf = (input: CampaignRequest, now: number): Omit<typeof campaigns.$inferInsert, 'making'> => ({
  packageId: input.packageId,
  name: input.name,
  kind: input.kind,
  scope: input.scope,
  fromVersions: input.fromVersions ?? [],
  mode: input.mode,
  strategy: input.strategy,
  protocol: input.protocol,
  push: input.push,
  policy: input.policy,
  tags: input.tags ?? {},
  hints: hintsOf(input),
  plan: planOf(input),
  status: input.startAt === undefined ? 'running' : 'scheduled',
  startAt: input.startAt === undefined ? null : Date.parse(input.startAt),
  timeoutMinutes: input.timeoutMinutes ?? timeoutDefaults.progressMinutes,
  pushTimeoutMinutes: input.pushTimeoutMinutes ?? timeoutDefaults.pushMinutes,
  joining: input.strategy === 'dynamic',
  createdAt: now,
})
