import { describe, expect, it } from 'vitest'
import { createIdleClock } from '../../../../test/helpers/idle-clock.ts'
import { SmpTarget, type SmpTargetOptions } from '../../../simulator/targets/smp.ts'
import { mcubootImage } from '../../../simulator/targets/smp-images.ts'
import type { TargetLine } from '../../../simulator/targets/target.ts'
import type { FlashEvent, FlashJob } from '../../flasher.ts'
import { linkPair } from '../../links/link-pair.ts'
import { LinkLostError } from '../../transport.ts'
import { smp } from './index.ts'

const program = (size: number): Buffer =>
  Buffer.from(Array.from({ length: size }, (_, at) => (at * 7 + (at >> 8)) & 0xff))
const image = mcubootImage(program(6_000), { major: 2 })
const before = mcubootImage(program(2_000), { major: 1 })

type Kind = Omit<SmpTargetOptions, 'clock'>

/** Plugs a unit in. */
const plugIn = (kind: Kind) => {
  const clock = createIdleClock()
  const received: number[] = []
  let target: SmpTarget | undefined
  const attach = (line: TargetLine): SmpTarget => {
    // A unit stays what it is while its cable is away.
    const unit = target ?? new SmpTarget(line, { ...kind, clock })
    if (target) unit.replug(line)
    const receive = unit.receive.bind(unit)
    if (!target)
      unit.receive = (bytes) => {
        received.push(bytes.length)
        receive(bytes)
      }
    target = unit
    return unit
  }
  const open = () => linkPair('slot 1', { baudRate: 115_200 }, clock, attach)
  const link = open()
  const flash = async (options: Readonly<Record<string, unknown>> = {}, more: Partial<FlashJob<'serial'>> = {}) => {
    const events: FlashEvent[] = []
    const outcome = await smp.flasher
      .flash({
        link,
        clock,
        options,
        regions: [{ address: 0, bytes: new Uint8Array(image), name: 'app.bin' }],
        signal: new AbortController().signal,
        emit: (event) => events.push(event),
        beforeErase: () => undefined,
        ...more,
      })
      .then(
        () => 'passed',
        (error: { code?: string }) => error.code ?? String(error),
      )
    const log = events.flatMap((event) => (event.kind === 'log' ? [event.text] : []))
    const warnings = events.flatMap((event) => (event.kind === 'warning' ? [event.code] : []))
    return { outcome, log, warnings }
  }
  return {
    clock,
    received,
    flash,
    attachAgain: open,
    slot: (at: number, number = 0) => target?.images[number]?.[at],
    unit: () => target,
    holds: (at = 0) => Buffer.from(target?.images[0]?.[at]?.flash.subarray(0, image.length) ?? []).equals(image),
  }
}

const recovery = { mode: 'recovery' } as const
const application = { mode: 'application', running: before } as const

describe('MCUboot in recovery', () => {
  it('takes the image where it runs, and is not told to activate it', async () => {
    const unit = plugIn(recovery)
    const { outcome, log } = await unit.flash()
    expect(outcome).toBe('passed')
    expect(unit.holds()).toBe(true)
    expect(log).toContain('bootloader; no valid image')
    expect(log).toContain('listed: image 0 slot 0: 2.0.0')
  })

  it('that drops long requests in silence gets shorter ones, and is erased once', async () => {
    const unit = plugIn({ ...recovery, most: 200 })
    const { outcome, log } = await unit.flash()
    expect(outcome).toBe('passed')
    expect(log.filter((text) => text.startsWith('no answer'))).toEqual([
      'no answer to requests of 512 bytes, going on with 256',
      'no answer to requests of 256 bytes, going on with 128',
    ])
    expect(unit.unit()?.erased).toBe(1)
  })

  it('that tells its buffer gets requests of that size', async () => {
    const unit = plugIn({ ...recovery, most: 2048, tellsMost: true })
    expect((await unit.flash()).outcome).toBe('passed')
    // 2048 bytes are 2732 characters of base64.
    expect(Math.max(...unit.received)).toBeGreaterThan(2_700)
  })

  it('with the smallest buffer that a unit may have is written', async () => {
    const unit = plugIn({ ...recovery, most: 96, tellsMost: true })
    expect((await unit.flash()).outcome).toBe('passed')
    expect(unit.holds()).toBe(true)
  })

  it('gets requests of the size that the recipe sets, and no other', async () => {
    const unit = plugIn({ ...recovery, most: 200 })
    expect((await unit.flash({ maxRequest: 300 })).outcome).toBe('SMP_LOST')
    expect((await plugIn({ ...recovery, most: 200 }).flash({ maxRequest: 160 })).outcome).toBe('passed')
  })

  it('may erase for as long as the recipe allows, and is not disturbed meanwhile', async () => {
    const unit = plugIn({ ...recovery, eraseMs: 59_000 })
    expect((await unit.flash()).outcome).toBe('passed')
    expect(unit.unit()?.erased).toBe(1)
    expect((await plugIn({ ...recovery, eraseMs: 200_000 }).flash()).outcome).toBe('SMP_ERASE_SILENT')
  })

  it('that resets in the middle begins anew with all that it must know', async () => {
    const unit = plugIn({ ...recovery, images: 2, resetsAt: 3_000 })
    const { outcome, log } = await unit.flash({ image: 1 })
    expect(outcome).toBe('passed')
    expect(log.filter((text) => /asks for offset 0 again/.test(text))).toHaveLength(1)
    expect(Buffer.from(unit.slot(0, 1)?.flash.subarray(0, image.length) ?? []).equals(image)).toBe(true)
  })

  it('that asks for one offset for ever ends the run', async () => {
    expect((await plugIn({ ...recovery, stuckAt: 3_000 }).flash()).outcome).toBe('SMP_STUCK')
  })

  it('that listens for half a second after power-up is met', async () => {
    const { outcome } = await plugIn({ ...recovery, listensAfterMs: 7_300 }).flash()
    expect(outcome).toBe('passed')
    expect((await plugIn({ ...recovery, listensAfterMs: 7_300 }).flash({ startSeconds: 5 })).outcome).toBe('SMP_SILENT')
  })

  it('that rejects the key says so by its list', async () => {
    expect((await plugIn({ ...recovery, wrongKey: true }).flash()).outcome).toBe('SMP_NOT_LISTED')
  })

  it('that lists no hashes is compared by version', async () => {
    expect((await plugIn({ ...recovery, hasHashes: false }).flash()).outcome).toBe('passed')
  })

  it('with a slot that is too small refuses before anything is erased', async () => {
    const unit = plugIn({ ...recovery, slotBytes: 4096, tellsSlots: true })
    const guard: FlashJob['beforeErase'] = () => {
      throw new Error('asked')
    }
    expect((await unit.flash({}, { beforeErase: guard })).outcome).toBe('SMP_TOO_LARGE')
    expect((await plugIn({ ...recovery, slotBytes: 4096 }).flash()).outcome).toBe('SMP_UPLOAD_REFUSED')
  })

  it('without the number of the image refuses it', async () => {
    expect((await plugIn(recovery).flash({ image: 3 })).outcome).toBe('SMP_UPLOAD_REFUSED')
  })

  it('that does not reset passes with a word', async () => {
    const unit = plugIn({ ...recovery, faults: [{ kind: 'nack', step: 'reset' }] })
    expect(await unit.flash()).toMatchObject({ outcome: 'passed', warnings: ['SMP_STARTS_LATER'] })
  })

  it('stays in recovery where the recipe says so', async () => {
    const unit = plugIn(recovery)
    await unit.flash({ after: 'stay' })
    expect((await unit.flash()).outcome).toBe('passed')
  })
})

describe('a Zephyr application', () => {
  it('gets the image into its other slot, is told to keep it, and is seen to run it', async () => {
    const unit = plugIn({ ...application, chatty: true, swapMs: 40_000 })
    const { outcome, log } = await unit.flash()
    expect(outcome).toBe('passed')
    expect(unit.holds()).toBe(true)
    expect(unit.slot(0)).toMatchObject({ confirmed: true })
    expect(log.at(-1)).toBe('started: image 0 slot 0: 2.0.0 active confirmed, image 0 slot 1: 1.0.0')
  })

  it('on trial is left for its own firmware to confirm', async () => {
    const unit = plugIn({ ...application, version2: true })
    expect((await unit.flash({ activate: 'test' })).outcome).toBe('passed')
    expect(unit.slot(0)).toMatchObject({ confirmed: false })
    expect(unit.holds()).toBe(true)
  })

  it('whose running image is on trial is flashed again', async () => {
    const unit = plugIn(application)
    await unit.flash({ activate: 'test' })
    const { outcome, log } = await unit.flash()
    expect(outcome).toBe('passed')
    expect(log).toContain('the running image is on trial: it is confirmed first')
  })

  it('with an image that waits for its start is reset first', async () => {
    const unit = plugIn(application)
    await unit.flash({ after: 'stay' })
    expect(unit.slot(1)).toMatchObject({ pending: true })
    expect((await unit.flash()).outcome).toBe('passed')
  })

  it('without image management says so', async () => {
    expect((await plugIn({ ...application, takesNoImages: true }).flash()).outcome).toBe('SMP_NO_IMAGES')
  })

  it('that only stores the image is left as it is', async () => {
    const unit = plugIn(application)
    expect((await unit.flash({ activate: 'none' })).outcome).toBe('passed')
    expect(unit.holds(1)).toBe(true)
  })

  it('that does not come back after its swap fails', async () => {
    const { outcome } = await plugIn({ ...application, swapMs: 1_000_000 }).flash()
    expect(outcome).toBe('SMP_NOT_BACK')
  })
})

describe('something else on the line', () => {
  const talk = async (say: (send: (text: string) => void) => void) => {
    const clock = createIdleClock()
    const link = linkPair('slot 1', { baudRate: 115_200 }, clock, (line) => ({
      receive: () => say((text) => line.send(Buffer.from(text, 'latin1'))),
    }))
    const job = { link, clock, options: {}, signal: new AbortController().signal, emit: () => undefined }
    const regions = [{ address: 0, bytes: new Uint8Array(image), name: 'app.bin' }]
    return smp.flasher.flash({ ...job, regions, beforeErase: () => undefined }).catch((error: unknown) => error)
  }

  it('is named by what it prints', async () => {
    expect(await talk((send) => send('sh: not found\r\n'))).toMatchObject({ code: 'SMP_OTHER_OUTPUT' })
  })

  it('is named where it is the bootloader of the nRF5 SDK', async () => {
    expect(await talk((send) => send('\u0060\u0009\u0003\u00c0'))).toMatchObject({ code: 'SMP_NORDIC_BOOTLOADER' })
  })

  it('is silent where nothing is there', async () => {
    expect(await talk(() => undefined)).toMatchObject({ code: 'SMP_SILENT' })
  })
})

describe('a unit with USB of its own', () => {
  it('that leaves the bus for its swap is met where it returns', async () => {
    const first = plugIn({ ...application, leavesBus: true })
    expect((await first.flash()).outcome).toContain('LinkLost')
    const unit = plugIn({ ...application, leavesBus: true, swapMs: 25_000 })
    let tries = 0
    const reopen: FlashJob<'serial'>['reopen'] = async () => {
      tries += 1
      await new Promise<void>((resolve) => unit.clock.after(10_000, resolve))
      if (tries < 3) throw new LinkLostError('not back on the bus')
      return unit.attachAgain()
    }
    expect((await unit.flash({}, { reopen })).outcome).toBe('passed')
    expect(unit.holds()).toBe(true)
    expect(tries).toBe(3)
  })

  it('is met as another port after a touch', async () => {
    const unit = plugIn({ ...recovery, leavesBus: true, needsTouch: true })
    const reopen: FlashJob<'serial'>['reopen'] = async () => unit.attachAgain()
    expect((await unit.flash({ entry: 'touch1200' }, { reopen })).outcome).toBe('passed')
    expect(unit.holds()).toBe(true)
  })

  it('on an adapter is touched on the same port', async () => {
    const unit = plugIn({ ...recovery, needsTouch: true })
    expect((await unit.flash()).outcome).toBe('SMP_SILENT')
    expect((await unit.flash({ entry: 'touch1200' })).outcome).toBe('passed')
  })

  it('with reset and button on the control lines is brought into recovery by them', async () => {
    const unit = plugIn({ ...recovery, needsLines: true })
    expect((await unit.flash()).outcome).toBe('SMP_SILENT')
    expect((await unit.flash({ entry: 'lines' })).outcome).toBe('passed')
  })
})
