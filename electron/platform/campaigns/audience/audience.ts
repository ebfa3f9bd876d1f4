import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import { rulePhrase } from '#shared/phrase.ts'
import type { CampaignPreview, CampaignTarget } from '#shared/schema.ts'
import type { Artifacts } from '../../deltas/artifact-selector.ts'
import type { DeviceService } from '../../devices/device-service.ts'
import type { Presence } from '../../devices/presence.ts'
import type { ProductService } from '../../devices/product-service.ts'
import type { PackageService } from '../../packages/package-service.ts'
import { campaignDevices, jobs } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'
import { greyCount } from '../policy/groups.ts'
import type { RolloutStore } from '../rollout-store.ts'
import { type Target, type Targeting, walkTargets } from './targeting.ts'

export type Audience = ReturnType<typeof createAudience>

/** The devices that a campaign addresses: resolved, counted, and previewed before the start. */
export const createAudience = (
  { db }: Store,
  deps: {
    readonly packages: PackageService
    readonly devices: DeviceService
    readonly products: ProductService
    readonly presence: Presence
    readonly rolloutStore: RolloutStore
    readonly targeting: Targeting
    readonly artifacts: Artifacts
  },
) => {
  /**
   * @param dynamic whether it replaces other dynamic campaigns of the module.
   * @throws NOT_FOUND (package, a chosen device), INVALID_FIELD when scope and devices do not fit.
   */
  const resolve = (input: z.output<typeof CampaignTarget>, dynamic = false): Target => {
    const pack = deps.packages.row(input.packageId)
    const deviceIds = [...new Set(input.deviceIds ?? [])].sort((left, right) => left - right)
    if (input.scope === 'devices' && deviceIds.length === 0)
      throw new DomainError('INVALID_FIELD', { field: 'deviceIds', rule: rulePhrase('someDevices') })
    // A request that names devices means these devices; without a scope it would mean all of them.
    if (input.scope === 'all' && deviceIds.length > 0)
      throw new DomainError('INVALID_FIELD', { field: 'scope', rule: rulePhrase('namedOnly') })
    const stranger = deps.devices.strangerOf(pack.productId, deviceIds)
    if (stranger?.name === null) throw new DomainError('NOT_FOUND', { what: 'device', id: stranger.id })
    if (stranger) {
      const product = deps.products.row(pack.productId).name
      throw new DomainError('OTHER_PRODUCT', {
        what: 'device',
        id: stranger.id,
        device: stranger.name,
        product,
      })
    }
    return {
      packageId: pack.id,
      mode: input.mode,
      productId: pack.productId,
      module: pack.module,
      toVersion: pack.version,
      scope: input.scope,
      fromVersions: input.fromVersions,
      deviceIds,
      deviceTags: input.deviceTags,
      overwrite: input.overwrite ? 'all' : dynamic ? 'dynamic' : 'none',
    }
  }

  /** What devices of each version would receive. */
  const artifactsOf = (
    { mode, packageId }: Target,
    versions: readonly (string | null)[],
  ): CampaignPreview['artifacts'] =>
    [...Map.groupBy(versions, (version) => version)]
      .sort(([left], [right]) => (left ?? '').localeCompare(right ?? '', 'en', { numeric: true }))
      .map(([fromVersion, { length: devices }]) => {
        const choice = deps.artifacts.choiceFor({ mode, packageId, fromVersion, fullNext: false })
        const diff = choice.kind === 'diff' || choice.kind === 'wait' ? choice.diff : null
        const size = choice.kind === 'full' ? deps.artifacts.fullSize(packageId) : (diff?.size ?? null)
        return { fromVersion, devices, artifact: choice.kind, diffId: diff?.id ?? null, size, note: choice.note }
      })

  const namedFor = (campaignId: number): readonly number[] =>
    db.select().from(campaignDevices).where(eq(campaignDevices.campaignId, campaignId)).get()?.deviceIds ?? []

  return {
    resolve,

    /** The devices of a campaign whose jobs are being created, or of a dynamic one. */
    ofCampaign(id: number): Target {
      const campaign = deps.rolloutStore.row(id)
      const pack = deps.packages.row(campaign.packageId)
      const { making } = campaign
      const { fromVersions, deviceTags, scope, strategy, overwrite } = campaign.definition
      return {
        packageId: pack.id,
        mode: campaign.mode,
        productId: pack.productId,
        module: pack.module,
        toVersion: pack.version,
        scope,
        fromVersions,
        deviceIds: making && scope === 'devices' ? namedFor(id) : [],
        deviceTags,
        overwrite: overwrite ? 'all' : strategy === 'dynamic' && making ? 'dynamic' : 'none',
      }
    },

    /** Devices that were named for a campaign, or that it selected. */
    devicesOf: (campaignId: number): number[] =>
      db
        .select({ id: jobs.deviceId })
        .from(jobs)
        .where(eq(jobs.campaignId, campaignId))
        .all()
        .map(({ id }) => id),

    /** The number of devices it would reach, and of jobs it would create, skipped ones included. */
    async count(target: Target): Promise<{ matching: number; jobs: number }> {
      const counted = { matching: 0, jobs: 0 }
      await walkTargets(deps.targeting, target, (piece) => {
        for (const { outcome } of piece) {
          if (outcome === 'match') counted.matching++
          if (outcome !== 'tag' && (outcome !== 'version' || target.scope === 'devices')) counted.jobs++
        }
      })
      return counted
    },

    /** The number of devices a campaign would reach, and why it would not reach others; changes nothing. */
    async preview(input: z.output<typeof CampaignTarget>): Promise<CampaignPreview> {
      const target = resolve(input)
      const outcomes = { match: 0, target: 0, busy: 0, version: 0, tag: 0, patch: 0 }
      const matching: { readonly online: boolean; readonly taken: boolean; readonly version: string | null }[] = []
      const barred: (string | null)[] = []
      await walkTargets(deps.targeting, target, (piece) => {
        for (const { outcome, deviceId, busyJobId, version } of piece) {
          outcomes[outcome]++
          if (outcome === 'match')
            matching.push({ online: deps.presence.isOnline(deviceId), taken: busyJobId !== null, version })
          if (outcome === 'patch') barred.push(version)
        }
      })
      const reached = matching.slice(0, greyCount(matching.length, input.percent))
      return {
        matching: reached.length,
        online: reached.filter(({ online }) => online).length,
        alreadyOnTarget: outcomes.target,
        otherJobOpen: outcomes.busy,
        versionNotSelected: outcomes.version,
        tagNotSelected: outcomes.tag,
        beyondPercent: matching.length - reached.length,
        takenOver: reached.filter(({ taken }) => taken).length,
        versions: deps.devices.versions(target.productId, target.module),
        artifacts: artifactsOf(target, [...reached.map(({ version }) => version), ...barred]),
      }
    },
  }
}
