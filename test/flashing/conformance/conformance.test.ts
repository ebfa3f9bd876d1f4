import { describe, expect, it } from 'vitest'
import { isFlashReason } from '#shared/flash-reasons.ts'
import { FlashError, type FlashEvent, type FlashJob, type Identity } from '../../../electron/flashing/flasher.ts'
import { linkPair } from '../../../electron/flashing/links/link-pair.ts'
import { type LineSettings, type Link, LinkLostError } from '../../../electron/flashing/transport.ts'
import type { Clock } from '../../../electron/platform/basics/clock.ts'
import type { Fault, FaultKind } from '../../../electron/simulator/targets/faults.ts'
import { createIdleClock } from '../../helpers/idle-clock.ts'
import type { Subject, Unit } from './subject.ts'
import { subjects } from './subjects.ts'

/** A bench of one slot: the unit is plugged in, and flashed as often as one likes. */
const plugIn = (one: Subject, faults: readonly Fault<string>[] = []) => {
  const clock = one.clock?.() ?? createIdleClock()
  const unit = one.unit(clock, faults)
  const isSilent = faults.some(({ kind }) => kind === 'silence')
  const options = one.family.facts.options.parse(isSilent ? { ...one.options, ...one.impatient } : one.options)
  const { attach } = unit
  const serial = () => attach && linkPair('slot 1', one.family.settings(options) as LineSettings, clock, attach)
  const link = unit.open?.('slot 1') ?? serial()
  if (!link) throw new Error(`${one.name} has no link`)
  return { clock, unit, link, options }
}

interface Bench {
  readonly clock: Clock
  readonly unit: Unit
  readonly link: Link
  readonly options: Readonly<Record<string, unknown>>
}

const flash = async (one: Subject, { clock, unit, link, options }: Bench, more: Partial<FlashJob> = {}) => {
  const events: FlashEvent[] = []
  unit.ready?.()
  const identity = await one.family.flasher.flash({
    link,
    clock,
    options,
    regions: one.regions,
    signal: new AbortController().signal,
    emit: (event) => events.push(event),
    beforeErase: () => undefined,
    ...more,
  })
  return { identity, events }
}

const phasesOf = (events: readonly FlashEvent[]) =>
  events.flatMap((event) => (event.kind === 'phase' ? [event.phase] : []))

/** The failure as people get it: a lost link, or a reason that has words. */
const failureOf = (error: unknown): string => {
  if (error instanceof LinkLostError) return 'lost'
  if (error instanceof FlashError && isFlashReason(error.code)) return error.code
  throw error
}

const kinds: readonly FaultKind[] = ['nack', 'silence', 'unplug', 'lose-byte', 'lose-answer']

describe.each(subjects.map((one) => [one.name, one] as const))('%s', (_, one) => {
  it('flashes a unit: every byte arrives, phases in order, bars that only grow and fill', async () => {
    const bench = plugIn(one)
    const { identity, events } = await flash(one, bench)
    expect(bench.unit.holds()).toBe(true)
    const phases = phasesOf(events)
    const order = ['connecting', 'identifying', 'erasing', 'writing', 'verifying', 'resetting']
    expect(phases).toEqual(order.filter((phase) => phases.some((one) => one === phase)))
    let [done, total] = [0, 0]
    for (const event of events) {
      if (event.kind === 'phase') {
        expect(done).toBe(total)
        ;[done, total] = [0, 0]
      } else if (event.kind === 'progress') {
        expect(event.done).toBeGreaterThanOrEqual(done)
        ;({ done, total } = event)
      }
    }
    for (const event of events) if (event.kind === 'identity') expect(event.identity).toEqual(identity)
  })

  it('identifies a unit without changing it, and flashes it right after', async () => {
    const bench = plugIn(one)
    const { clock, link, options, unit } = bench
    const identity = await one.family.flasher.identify({
      link,
      clock,
      options,
      signal: new AbortController().signal,
      emit: () => undefined,
    })
    expect(unit.changed()).toBe(false)
    expect((await flash(one, bench)).identity).toEqual(identity)
    expect(unit.holds()).toBe(true)
  })

  it('asks the guard once, with the identity, before anything is changed', async () => {
    const bench = plugIn(one)
    const asked: { readonly identity: Identity; readonly changed: boolean }[] = []
    const { identity } = await flash(one, bench, {
      beforeErase: (identity) => void asked.push({ identity, changed: bench.unit.changed() }),
    })
    expect(asked).toEqual([{ identity, changed: false }])
  })

  it('changes nothing when the guard refuses, and flashes when it has changed its mind', async () => {
    const bench = plugIn(one)
    const refusal = new Error('this unit is done')
    await expect(flash(one, bench, { beforeErase: () => Promise.reject(refusal) })).rejects.toBe(refusal)
    expect(bench.unit.changed()).toBe(false)
    await flash(one, bench)
    expect(bench.unit.holds()).toBe(true)
  })

  it.each(one.steps.flatMap((step) => (one.kinds ?? kinds).map((kind) => [kind, step] as const)))(
    'meets %s at %s with a whole image or a reason in words',
    async (kind, step) => {
      const bench = plugIn(one, [{ kind, step, after: step === 'write' || step === 'block' ? 2 : 0 }])
      const outcome = await flash(one, bench).then(() => 'passed', failureOf)
      if (outcome === 'passed') expect(bench.unit.holds()).toBe(true)
      const isLate = one.afterwards.includes(step)
      if (kind === 'unplug') expect(['lost', one.goneCode, ...(isLate ? ['passed'] : [])]).toContain(outcome)
      if (kind === 'nack' || kind === 'silence') expect(outcome === 'passed').toBe(isLate)
      if (kind.startsWith('lose') && one.survives.includes(step)) expect(outcome).toBe('passed')
    },
  )

  it('flashes the same unit again after it failed in the middle', async () => {
    const bench = plugIn(one, [one.passing])
    await expect(flash(one, bench)).rejects.toThrow(FlashError)
    await flash(one, bench)
    expect(bench.unit.holds()).toBe(true)
  })

  it('stops at every event when it is cancelled, with the reason, and flashes the same unit again', async () => {
    const { events } = await flash(one, plugIn(one))
    // Every phase, and of the bars the first, one in the middle and the last.
    const bars = events.flatMap((event, index) => (event.kind === 'progress' ? [index] : []))
    const chosen = [
      ...events.flatMap((event, index) => (event.kind === 'phase' ? [index] : [])),
      bars[0],
      bars[bars.length >> 1],
    ]
    for (const index of chosen) {
      const bench = plugIn(one)
      const control = new AbortController()
      const reason = new Error('stopped by a person')
      let count = 0
      const stopped = flash(one, bench, {
        signal: control.signal,
        emit: () => {
          if (count++ === index) control.abort(reason)
        },
      })
      await expect(stopped, `at event ${index}`).rejects.toBe(reason)
      await flash(one, bench)
      expect(bench.unit.holds()).toBe(true)
    }
  })

  it('ends when the link is closed under it', async () => {
    const bench = plugIn(one)
    const flashing = flash(one, bench, {
      emit: (event) => {
        if (event.kind === 'phase' && event.phase === 'writing') void bench.link.close()
      },
    })
    await expect(flashing).rejects.toThrow(LinkLostError)
  })

  it('refuses a recipe without bytes', async () => {
    await expect(flash(one, plugIn(one), { regions: [] })).rejects.toMatchObject({ code: 'NO_IMAGE' })
  })
})
