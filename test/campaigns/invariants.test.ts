import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DomainError } from '#shared/errors.ts'
import { CampaignInput, ProductInput } from '#shared/schema.ts'
import { isOpenJob, type JobState, jobStates } from '#shared/states/job.ts'
import { mayMove } from '#shared/states/transition-table.ts'
import { type VerificationState, verificationStates, verificationTransitions } from '#shared/states/verification.ts'
import { openTestPlatform, type TestPlatform } from '../helpers/platform.ts'

const modules = ['default', 'MCU'] as const
const versions = ['1', '2', '3'] as const
const names = ['a', 'b', 'c'] as const
type Name = (typeof names)[number]

/** One thing that an operator, a device or the power supply does. Numbers pick among what there is. */
type Step =
  | { readonly do: 'connect' | 'listen' | 'leave' | 'remove'; readonly name: Name }
  | { readonly do: 'inform'; readonly name: Name; readonly module: string; readonly version: string }
  | { readonly do: 'progress'; readonly name: Name; readonly module: string | undefined; readonly step: number }
  | { readonly do: 'create'; readonly pack: number; readonly verify: boolean; readonly chosen: readonly Name[] }
  | { readonly do: 'pause' | 'resume' | 'cancel' | 'retryFailed'; readonly campaign: number }
  | { readonly do: 'retryJob' | 'cancelJob' | 'fetch'; readonly job: number }
  /** A device does what it was told, to one end or another. */
  | { readonly do: 'upgrade'; readonly name: Name; readonly end: 'target' | 'old' | 'failure' | 'silence' }
  | { readonly do: 'skip'; readonly pack: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'restart' }

const anyName = fc.constantFrom(...names)
const anyNumber = fc.nat(7)
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('connect' as const, 'listen' as const), name: anyName }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('leave' as const), name: anyName }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('remove' as const), name: anyName }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('inform' as const),
      name: anyName,
      module: fc.constantFrom(...modules),
      version: fc.constantFrom(...versions),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('progress' as const),
      name: anyName,
      module: fc.constantFrom(undefined, ...modules),
      step: fc.constantFrom(0, 50, 100, -1, -4),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      pack: anyNumber,
      verify: fc.boolean(),
      chosen: fc.subarray([...names]),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'pause' as const,
        'resume' as const,
        'resume' as const,
        'cancel' as const,
        'retryFailed' as const,
      ),
      campaign: anyNumber,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('retryJob' as const, 'cancelJob' as const, 'fetch' as const),
      job: fc.nat(20),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('upgrade' as const),
      name: anyName,
      end: fc.constantFrom(
        'target' as const,
        'target' as const,
        'old' as const,
        'failure' as const,
        'silence' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('skip' as const), pack: anyNumber }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(10, 2000, 610_000) }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'restart' }) },
)

interface Device {
  readonly id: number
  readonly name: string
}
interface JobRow {
  readonly id: number
  readonly campaign_id: number
  readonly device_id: number
  readonly module: string
  readonly from_version: string | null
  readonly to_version: string
  readonly state: JobState
  readonly error_code: string | null
  readonly finished_at: number | null
  readonly deadline_at: number | null
  readonly patience_until: number | null
}
type CampaignRow = Record<JobState, number> & {
  readonly id: number
  readonly kind: string
  readonly package_id: number
  readonly status: string
  readonly finished_at: number | null
}

/** A platform in the middle of its life, with what the devices have said so far. */
class World {
  readonly #directory: string
  #at: TestPlatform
  #productId = 0
  readonly #packages: number[] = []
  readonly #said = new Map<string, Set<string>>()
  readonly #verification = new Map<number, VerificationState>()

  private constructor(directory: string, at: TestPlatform) {
    this.#directory = directory
    this.#at = at
  }

  static async make(): Promise<World> {
    const directory = mkdtempSync(join(tmpdir(), 'invariants-'))
    const world = new World(directory, await openTestPlatform(directory))
    await world.#fill()
    return world
  }

  async #fill(): Promise<void> {
    const { platform, addPackage } = this.#at
    const { id } = await platform.products.create(ProductInput.parse({ name: 'P', key: 'pk', protocol: 'sagoo' }))
    this.#productId = id
    await platform.products.createModule(id, { name: 'MCU', kind: 'FOTA', deviceClass: 'mcu' })
    for (const name of names) await platform.devices.create({ productId: id, name, secret: 'secret' })
    for (const [module, version, verify] of [
      ['default', '2', false],
      ['default', '3', true],
      ['MCU', '2', true],
    ] as const)
      this.#packages.push(
        (await addPackage({ productId: id, module, name: `${module} ${version}`, version, verify })).id,
      )
  }

  async close(): Promise<void> {
    await this.#at.close()
    rmSync(this.#directory, { recursive: true })
  }

  /** Does it, as far as it may be done; a refusal in words is an answer, anything else is a fault. */
  async play(step: Step): Promise<void> {
    try {
      await this.#do(step)
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'INTERNAL') throw error
    }
    await this.#at.settle()
  }

  async #do(step: Step): Promise<unknown> {
    const { platform, broker, clock } = this.#at
    const device = 'name' in step ? platform.devices.byName(this.#productId, step.name) : undefined
    const pick = <T>(from: readonly T[], n: number): T | undefined => from[n % Math.max(1, from.length)]
    switch (step.do) {
      case 'connect':
        return broker.connect(`${step.name}&pk`, 'secret')
      case 'listen':
        return device && broker.listen(device.id)
      case 'leave':
        return device && broker.leave(device.id)
      case 'remove':
        if (device) await platform.removal.device(device.id)
        this.#said.delete(`${device?.id}`)
        return platform.devices.create({ productId: this.#productId, name: step.name, secret: 'secret' })
      case 'inform':
        return device && this.#inform(device, step.module, step.version)
      case 'progress':
        return device && this.#progress(device, step.module, step.step)
      case 'upgrade':
        return device && this.#upgrade(device, step.end)
      case 'create': {
        const ids = step.chosen.flatMap((name) => platform.devices.byName(this.#productId, name)?.id ?? [])
        const whom = ids.length > 0 ? { scope: 'devices', deviceIds: ids } : {}
        const kind = step.verify ? 'verify' : 'upgrade'
        const packageId = pick(this.#packages, step.pack)
        return platform.campaigns.create(CampaignInput.parse({ packageId, name: 'c', kind, ...whom }))
      }
      case 'pause':
      case 'resume':
      case 'cancel':
      case 'retryFailed': {
        const campaign = pick(this.#campaigns(), step.campaign)
        return campaign && platform.campaigns[step.do](campaign.id)
      }
      case 'retryJob':
      case 'cancelJob': {
        const job = pick(this.#jobs(), step.job)
        return job && platform.campaigns[step.do](job.id)
      }
      case 'fetch': {
        const job = pick(this.#jobs(), step.job)
        return job && platform.downloads.fetching(job.id)
      }
      case 'skip':
        return platform.packages.skipVerification(pick(this.#packages, step.pack) ?? 0)
      case 'wait':
        return clock.advance(step.ms)
      case 'restart':
        return this.#restart()
    }
  }

  async #inform(device: Device, module: string, version: string): Promise<void> {
    if (!this.#at.platform.presence.isOnline(device.id)) return
    const key = `${device.id} ${module}`
    this.#said.set(key, (this.#said.get(key) ?? new Set()).add(version))
    const message = { id: '1', params: { version, module } }
    await this.#at.broker.publish(device.id, `/ota/device/inform/pk/${device.name}`, message)
  }

  async #progress(device: Device, module: string | undefined, step: number): Promise<void> {
    const message = { id: '1', params: { step: String(step), desc: 'words', module } }
    await this.#at.broker.publish(device.id, `/ota/device/progress/pk/${device.name}`, message)
  }

  /** The device is there and goes through the upgrade it is in, restarting in between. */
  async #upgrade(device: Device, end: 'target' | 'old' | 'failure' | 'silence'): Promise<void> {
    const appear = async (): Promise<void> => {
      await this.#at.broker.connect(`${device.name}&pk`, 'secret')
      this.#at.broker.listen(device.id)
    }
    await appear()
    const job = this.#jobs().find((one) => one.device_id === device.id && isOpenJob(one.state))
    await this.#inform(device, job?.module ?? 'default', '1')
    await this.#at.settle()
    if (!job) return
    await this.#progress(device, job.module, 50)
    if (end === 'failure') return this.#progress(device, job.module, -4)
    await this.#progress(device, job.module, 100)
    if (end === 'silence') return
    await appear()
    await this.#inform(device, job.module, end === 'target' ? job.to_version : '1')
  }

  async #restart(): Promise<void> {
    const { broker, platform } = this.#at
    for (const id of platform.presence.ids()) broker.leave(id)
    await this.#at.settle()
    const before = this.#everything()
    await this.#at.close()
    this.#at = await openTestPlatform(this.#directory)
    expect(this.#everything()).toEqual(before)
  }

  #everything(): unknown {
    const tables = [
      ...['products', 'modules', 'devices', 'device_versions', 'packages'],
      ...['campaigns', 'campaign_groups', 'jobs', 'job_events'],
    ]
    return tables.map((table) => this.#at.store.sql.prepare(`SELECT * FROM ${table}`).all())
  }

  #jobs(): JobRow[] {
    return this.#at.store.sql.prepare<[], JobRow>('SELECT * FROM jobs ORDER BY id').all()
  }

  #campaigns(): CampaignRow[] {
    return this.#at.store.sql.prepare<[], CampaignRow>('SELECT * FROM campaigns ORDER BY id').all()
  }

  /** What must be true whatever happened. */
  check(): void {
    const jobs = this.#jobs()
    const campaigns = this.#campaigns()
    const open = jobs.filter((job) => isOpenJob(job.state))
    const held = open.map((job) => `${job.device_id} ${job.module}`)
    expect(new Set(held).size, 'one open job for a device and module').toBe(held.length)

    for (const job of jobs) {
      expect(job.finished_at === null, `job ${job.id} has an end exactly when it ended`).toBe(isOpenJob(job.state))
      if (job.patience_until !== null) {
        expect(job.state, `job ${job.id} is borne with`).toBe('installing')
        expect(job.deadline_at, `the patience with job ${job.id} ends`).toBeLessThanOrEqual(job.patience_until)
      }
      if (job.error_code === 'ROLLED_BACK' && job.state === 'failed')
        expect(this.#said.get(`${job.device_id} ${job.module}`), `job ${job.id} said its old version`).toContain(
          job.from_version,
        )
      if (job.state === 'succeeded')
        expect(this.#said.get(`${job.device_id} ${job.module}`), `job ${job.id} succeeded by proof`).toContain(
          job.to_version,
        )
    }

    for (const campaign of campaigns) {
      const own = jobs.filter((job) => job.campaign_id === campaign.id)
      for (const state of jobStates)
        expect(campaign[state], `${state} of campaign ${campaign.id}`).toBe(
          own.filter((job) => job.state === state).length,
        )
      const ended = ['finished', 'cancelled'].includes(campaign.status)
      expect(
        own.some((job) => isOpenJob(job.state)),
        `campaign ${campaign.id} is ${campaign.status}`,
      ).toBe(!ended)
      expect(campaign.finished_at !== null, `campaign ${campaign.id} has an end`).toBe(ended)
    }

    for (const id of this.#packages) {
      const now = this.#at.platform.packages.row(id).verification
      const before = this.#verification.get(id) ?? now
      // One step of ours may be two of the table: a verification that ends as it begins.
      const via = verificationStates.filter(
        (state) => state === before || mayMove(verificationTransitions, before, state),
      )
      const legal = via.some((state) => state === now || mayMove(verificationTransitions, state, now))
      expect(legal, `package ${id}: ${before} → ${now}`).toBe(true)
      this.#verification.set(id, now)
      if (now === 'verifying') {
        const verifying = campaigns.filter((campaign) => campaign.kind === 'verify' && campaign.package_id === id)
        const under = open.some((job) => verifying.some((campaign) => campaign.id === job.campaign_id))
        expect(under, `package ${id} is verifying by an open job`).toBe(true)
      }
    }
  }
}

it('holds its rules through anything that operators, devices and restarts do', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 10, maxLength: 60 }), async (steps) => {
      const world = await World.make()
      try {
        for (const step of steps) {
          await world.play(step)
          world.check()
        }
      } finally {
        await world.close()
      }
    }),
    { numRuns: 60, seed: 20_260_729 },
  )
})
