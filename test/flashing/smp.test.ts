import { describe, expect, it } from 'vitest'
import { families } from '../../electron/flashing/families/index.ts'
import { type SmpTarget, type SmpTargetOptions, smpTarget } from '../../electron/simulator/targets/smp.ts'
import { mcubootImage } from '../../electron/simulator/targets/smp-images.ts'
import { simulatedPath } from '../../electron/station/simulated-ports.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { openTestBench } from './test-bench.ts'

const image = mcubootImage(Buffer.alloc(5_000, 0x42), { major: 2 })

/** A bench with a line of one slot, a unit in it, and a recipe. */
const bench = async (
  kind: Omit<SmpTargetOptions, 'clock'>,
  recipe: object = {},
  file: Buffer<ArrayBuffer> = Buffer.from(image),
) => {
  const test = await openTestBench(undefined, (target) => families[target])
  let target: SmpTarget | undefined
  test.simulated.plug(1, 'USB0001', (line) => {
    target = smpTarget({ ...kind, clock: createAwakeClock() })(line)
    return target
  })
  const made = await test.recipe({ target: 'smp', ...recipe }, file)
  const line = await test.bench.createLine({
    ...{ name: 'Line', recipeId: made.id, slots: [{ label: 'S1', path: simulatedPath(1) }] },
    ...{ autoStart: null, waitForContact: 0, operator: '' },
  })
  return { test, made, line, slot: () => target?.images[0]?.[0] }
}

describe('a recipe for MCUboot', () => {
  it('goes from dry check to record, with the USB serial number as the unit', async () => {
    const { test, made, line, slot } = await bench({ mode: 'recovery' }, { expect: { usbSerialIsUnit: true } })
    expect(await test.bench.check({ recipeId: made.id })).toMatchObject({
      ok: true,
      problems: [],
      images: [{ name: 'app.bin', kind: 'app', version: '2.0.0', signed: true }],
    })
    const [run] = await test.run({ lineId: line.id })
    expect(run).toMatchObject({ state: 'passed', unit: 'USB0001' })
    expect(Buffer.from(slot()?.flash.subarray(0, image.length) ?? []).equals(image)).toBe(true)
    expect(test.bench.records({ limit: 5 }).items).toMatchObject([{ state: 'passed', unit: 'USB0001' }])
  })

  it('updates a Zephyr application and sees it start', async () => {
    const running = mcubootImage(Buffer.alloc(900, 1))
    const { test, line } = await bench({ mode: 'application', running, swapMs: 50 })
    const [run] = await test.run({ lineId: line.id })
    expect(run).toMatchObject({ state: 'passed' })
    const words = test.bench.run(run?.id ?? 0).log.map(({ words }) => words)
    expect(words).toContain('started: image 0 slot 0: 2.0.0 active confirmed, image 0 slot 1: 1.0.0')
  })

  it('is taken with a file that is not signed, and refused by dry check and run', async () => {
    const { test, made, line } = await bench({ mode: 'recovery' }, {}, Buffer.alloc(3000, 7))
    expect(await test.bench.check({ recipeId: made.id })).toMatchObject({
      ok: false,
      problems: [{ code: 'SMP_NO_HEADER' }],
    })
    expect(await test.run({ lineId: line.id })).toMatchObject([{ state: 'refused', errorCode: 'SMP_NO_HEADER' }])
  })

  it('whose image the unit rejects leaves a failed record', async () => {
    const { test, line } = await bench({ mode: 'recovery', wrongKey: true })
    expect(await test.run({ lineId: line.id })).toMatchObject([{ state: 'failed', errorCode: 'SMP_NOT_LISTED' }])
  })
})
