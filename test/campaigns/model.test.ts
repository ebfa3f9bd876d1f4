import { describe, expect, it } from 'vitest'
import { type JobState, jobStates, openJobStates } from '#shared/states/job.ts'
import { type Bench, openBench } from './fixture.ts'

const MINUTE = 60_000
const DEVICES = 12
/** Arrivals of later included. */
const MOST_DEVICES = 18
/** Of each seed; the seeds together make tens of thousands. */
const STEPS = 1500
const seeds = Array.from({ length: 14 }, (_, n) => n + 1)

/** Numbers that look random and are the same for the same seed (mulberry32). */
const dice = (seed: number) => {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    below: (limit: number): number => Math.floor(next() * limit),
    of: <T>(choices: readonly T[]): T => choices[Math.floor(next() * choices.length)] as T,
    chance: (share: number): boolean => next() < share,
  }
}
type Dice = ReturnType<typeof dice>

/** A device's report of the target, and when it was dealt with. */
interface Proof {
  readonly device: number
  readonly from: number
  readonly to: number
}
/** What the devices are doing, as the test knows it. */
interface World {
  readonly online: Set<number>
  readonly proofs: Proof[]
}

interface Row {
  readonly id: number
  readonly campaign_id: number
  readonly device_id: number
  readonly state: JobState
  readonly campaign_at: number
  readonly finished_at: number | null
  readonly group_index: number
  readonly retry_at: number | null
  readonly deadline_at: number | null
  readonly patience_until: number | null
  readonly error_code: string | null
}
interface Counted extends Record<JobState, number> {
  readonly id: number
  readonly position: number
  readonly retrying: number
  readonly patient: number
  readonly status: string
  readonly opened_at: number | null
  readonly definition: string
  readonly halt: string | null
}

const isOpen = (state: JobState): boolean => (openJobStates as readonly JobState[]).includes(state)

/** What must hold at any moment, whatever has happened. Asked thousands of times: only what does not hold becomes words. */
const checkInvariants = (bench: Bench, { proofs }: World): void => {
  const broken: string[] = []
  const must = (holds: boolean, words: string, ...seen: readonly unknown[]): void => {
    if (!holds) broken.push(`${words}: ${JSON.stringify(seen)}`)
  }
  const { sql } = bench.store
  const jobs = sql
    .prepare<[], Row>('SELECT j.*, c.created_at AS campaign_at FROM jobs j JOIN campaigns c ON c.id = j.campaign_id')
    .all()
  const held = jobs.filter(({ state }) => isOpen(state)).map((job) => job.device_id)
  must(new Set(held).size === held.length, 'one open job per device', held)
  for (const job of jobs) {
    if (job.state === 'succeeded') {
      const finished = job.finished_at ?? 0
      const proven = proofs.some(
        ({ device, from, to }) =>
          device === job.device_id && job.campaign_at <= from && from <= finished && finished <= to,
      )
      must(proven, 'no success but at the moment of a proof, and by none from before', job)
    }
    const begun = job.state === 'notified' || job.state === 'downloading' || job.state === 'installing'
    must((job.deadline_at !== null) === begun, 'whoever has begun has a deadline, nobody else', job)
    must(job.retry_at === null || job.state === 'pending', 'only who waits is tried again', job)
    must(job.patience_until === null || job.state === 'installing', 'only who installs is borne with', job)
    must((job.deadline_at ?? 0) <= (job.patience_until ?? Infinity), 'no patience is longer than it says', job)
  }
  const groups = sql
    .prepare<[], Counted>('SELECT *, campaign_id AS id FROM campaign_groups ORDER BY id, position')
    .all()
  for (const campaign of sql.prepare<[], Counted>('SELECT * FROM campaigns').all()) {
    const own = jobs.filter((job) => job.campaign_id === campaign.id)
    const parts = groups.filter((group) => group.id === campaign.id)
    const addsUp = (counted: Counted, of: readonly Row[], whose: string): void => {
      for (const state of jobStates) {
        const count = of.filter((job) => job.state === state).length
        must(counted[state] === count, `${state} of ${whose}`, campaign.id, counted[state], count)
      }
    }
    addsUp(campaign, own, 'the campaign')
    let closed = false
    for (const part of parts) {
      const members = own.filter((job) => job.group_index === part.position)
      addsUp(part, members, 'a group')
      const retrying = members.filter((job) => job.retry_at !== null).length
      must(part.retrying === retrying, 'those to be tried again in a group', campaign.id, part.retrying, retrying)
      const patient = members.filter((job) => job.patience_until !== null).length
      must(part.patient === patient, 'those in their patience in a group', campaign.id, part.patient, patient)
      must(part.opened_at === null || !closed, 'groups open in order', campaign.id, part.position)
      closed ||= part.opened_at === null
      const begun = part.notified + part.downloading + part.installing
      must(part.opened_at !== null || begun === 0, 'nothing begins in a closed group', campaign.id, part)
    }
    const { rate } = JSON.parse(campaign.definition) as { rate?: { concurrent?: number } }
    const places = rate?.concurrent ?? Number.POSITIVE_INFINITY
    // Who is in his patience has given his place to another.
    const patient = own.filter((job) => job.patience_until !== null).length
    const taken = campaign.notified + campaign.downloading + campaign.installing - patient
    must(taken <= places, 'places', campaign.id, taken, places)
    must(campaign.halt === null || campaign.status === 'halted', 'a cause for a halt that is', campaign.id)
    must(campaign.status !== 'finished' || !own.some(({ state }) => isOpen(state)), 'finished', campaign.id)
  }
  expect(broken).toEqual([])
}

/** First notices of a campaign with a rate, as the store has them. */
const checkRate = (bench: Bench): void => {
  const limited = bench.store.sql
    .prepare<[], { id: number; definition: string }>(
      "SELECT id, definition FROM campaigns WHERE definition LIKE '%perMinute%'",
    )
    .all()
  const noticesOf = bench.store.sql
    .prepare<[number], number>(
      "SELECT e.at FROM job_events e JOIN jobs j ON j.id = e.job_id WHERE j.campaign_id = ? AND e.what = 'notice' ORDER BY e.at",
    )
    .pluck()
  for (const { id, definition } of limited) {
    const { perMinute } = (JSON.parse(definition) as { rate: { perMinute: number } }).rate
    const notices = noticesOf.all(id)
    // The clock of the test goes on by a millisecond at every look, between the token and the notice.
    notices.forEach((at, n) => {
      const later = notices[n + perMinute]
      if (later !== undefined) expect(later - at, 'the rate').toBeGreaterThan(MINUTE - 500)
    })
  }
}

/** What only those can have that match now. */
const ofAPart = (random: Dice) => ({
  ...(random.chance(0.2) && { percent: 60 }),
  ...(random.chance(0.6) && { groups: inGroups(random) }),
})
const inGroups = (random: Dice) => [
  {
    name: 'a',
    percent: 20,
    successPercent: random.of([0, 50, 100]),
    proceed: random.of(['auto', 'person'] as const),
  },
  { name: 'b', percent: 30, successPercent: random.of([0, 100]), proceed: 'auto' as const },
]

const plan = (random: Dice) => ({
  overwrite: random.chance(0.3),
  push: random.chance(0.85),
  ...(random.chance(0.3) && { deviceTags: random.of([['north'], ['south', 'north']]) }),
  ...(random.chance(0.5) && {
    rate: {
      ...(random.chance(0.6) && { concurrent: 1 + random.below(4) }),
      ...(random.chance(0.4) && { perMinute: 1 + random.below(5) }),
    },
  }),
  ...(random.chance(0.25) ? { strategy: 'dynamic' as const } : ofAPart(random)),
  ...(random.chance(0.5) && { retry: { times: random.below(3), intervalMinutes: random.below(20) } }),
  ...(random.chance(0.4) && { failureThreshold: { percent: 10 + random.below(90), minimum: 1 + random.below(4) } }),
  ...(random.chance(0.2) && { window: { from: '08:00', to: random.of(['20:00', '07:00']) } }),
  timeoutMinutes: 1 + random.below(60),
  pushTimeoutMinutes: 1 + random.below(60),
})

/** What a refusal may be: a person asked for what cannot be done now. */
const refused = ['ILLEGAL_MOVE', 'NO_DEVICE_MATCHES', 'CAMPAIGN_OPEN', 'NOT_FOUND']
const attempt = async (work: () => Promise<unknown>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    expect(refused).toContain((error as { code?: string }).code)
  }
}

const prove = async (bench: Bench, { proofs }: World, device: number): Promise<void> => {
  const from = bench.clock.now()
  await bench.inform(device, '2.0.0')
  proofs.push({ device, from, to: bench.clock.now() })
  // Lest all of them are on the target for good.
  await bench.inform(device, '1.0.0')
}

const step = async (bench: Bench, random: Dice, world: World): Promise<void> => {
  const { online } = world
  const device = 1 + random.below(bench.devices.length)
  const there = online.has(device)
  const campaigns = bench.platform.campaigns
  const [last] = bench.store.sql.prepare<[], number>('SELECT coalesce(max(id), 0) FROM campaigns').pluck().all()
  const campaign = last ? 1 + random.below(last) : 0
  const kind = random.below(100)
  if (kind < 15) {
    if (there) {
      bench.leave(device)
      online.delete(device)
    } else {
      online.add(device)
      await bench.connect(device, random.of(['1.0.0', '1.0.0', '1.0.0', '1.1.0']))
    }
  } else if (kind < 65) {
    if (!there) return
    const what = random.below(10)
    if (what < 4) await bench.progress(device, 1 + random.below(99))
    else if (what < 6) await bench.progress(device, 100)
    else if (what < 7) await bench.progress(device, -1 - random.below(4))
    else if (what < 8) await prove(bench, world, device)
    else if (what < 9) await bench.ask(device)
    else await bench.inform(device, random.of(['1.0.0', '7.7.7']))
  } else if (kind < 66) {
    if (bench.devices.length < MOST_DEVICES) await bench.addDevice(random.of([[], ['north'], ['south']]))
  } else if (kind < 68) await bench.platform.devices.setTags(device, random.of([[], ['north'], ['north', 'south']]))
  else if (kind < 85) {
    const ms = random.of([1000, MINUTE, 5 * MINUTE, 30 * MINUTE])
    // What is under way ends first: between a token and its notice no real clock goes on by minutes.
    await bench.wait(0, 4)
    bench.clock.advance(ms)
  } else if (kind < 89) await attempt(() => bench.create(plan(random)))
  else if (kind < 91 && campaign) await attempt(() => campaigns.pause(campaign))
  else if (kind < 93 && campaign) await attempt(() => campaigns.resume(campaign))
  else if (kind < 95 && campaign) await attempt(() => campaigns.proceed(campaign))
  else if (kind < 96 && campaign) await attempt(() => campaigns.cancel(campaign))
  else if (kind < 97 && campaign) await attempt(() => campaigns.retryFailed(campaign))
  else if (kind < 98 && campaign) await attempt(() => campaigns.clone(campaign, {}))
  else if (kind < 99) {
    online.clear()
    await bench.restart()
  }
}

/** Every job ends once devices answer, or time passes. */
const bringToAnEnd = async (bench: Bench): Promise<void> => {
  const open = (): number[] =>
    bench.store.sql
      .prepare<[], number>("SELECT id FROM campaigns WHERE status NOT IN ('finished', 'cancelled')")
      .pluck()
      .all()
  for (let round = 0; open().length > 0; round++) {
    expect(round, `campaigns ${open().join(', ')} do not end`).toBeLessThan(200)
    for (const id of open()) {
      await attempt(() => bench.platform.campaigns.resume(id))
      await attempt(() => bench.platform.campaigns.proceed(id))
    }
    for (const { id } of bench.devices) {
      bench.leave(id)
      await bench.connect(id, '1.0.0')
      await bench.ask(id)
    }
    await bench.wait(3 * 60 * MINUTE, 4)
    // A dynamic one waits for later arrivals until a person ends it; a device that never asks is waited for as well.
    for (const id of open()) {
      const { strategy, push, counts } = bench.campaign(id)
      const waits = openJobStates.some((state) => counts[state] > 0)
      if (strategy === 'dynamic' && !waits) await bench.platform.campaigns.cancel(id)
      expect(push || round < 150, `asking devices of ${id} were answered`).toBe(true)
    }
  }
}

describe('campaigns, whatever happens', () => {
  it.each(seeds)('keep what must hold (seed %i)', async (seed) => {
    const random = dice(seed)
    const bench = await openBench(DEVICES)
    const world: World = { online: new Set(), proofs: [] }
    for (let n = 0; n < STEPS; n++) {
      await step(bench, random, world)
      if (random.chance(0.1)) {
        await bench.rest()
        checkInvariants(bench, world)
      }
    }
    await bench.rest()
    checkInvariants(bench, world)
    checkRate(bench)
    await bringToAnEnd(bench)
    checkInvariants(bench, world)
  })
})
