import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import type { RecipeInput } from '#shared/schema.ts'
import { families } from '../../electron/flashing/families/index.ts'
import { demoStm32Image } from '../../electron/simulator/targets/demo-stm32.ts'
import { dfuTarget } from '../../electron/simulator/targets/dfu.ts'
import { espRom } from '../../electron/simulator/targets/esp-rom.ts'
import { smpTarget } from '../../electron/simulator/targets/smp.ts'
import { mcubootImage } from '../../electron/simulator/targets/smp-images.ts'
import { stm32Target } from '../../electron/simulator/targets/stm32.ts'
import { simulatedPath } from '../../electron/station/simulated-ports.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { espImage } from './esp-images.ts'
import { openTestBench, type TestBench } from './test-bench.ts'

const clock = createAwakeClock()
const ESP32_S3 = 9
const PER_LINE = 4

const idOf = (place: number): Buffer => createHash('sha1').update(`unit ${place}`).digest()
/** As ST's boot loader makes it: 12 hex digits. */
const usbSerialOf = (place: number): string => idOf(place).toString('hex', 0, 6).toUpperCase()

interface Kind {
  readonly image: Buffer
  readonly address: number | null
  readonly recipe: Omit<Parameters<typeof RecipeInput.parse>[0] & object, 'name' | 'images'>
  readonly plug: (test: TestBench, place: number) => void
}

const kinds: readonly Kind[] = [
  {
    image: demoStm32Image().subarray(0, 12_000),
    address: 0x0800_0000,
    recipe: { target: 'stm32' },
    plug: ({ simulated }, place) =>
      simulated.plug(place, `unit ${place}`, stm32Target({ clock, unit: idOf(place).subarray(0, 12) })),
  },
  {
    image: Buffer.from(espImage(ESP32_S3, 60_000)),
    address: 0,
    recipe: { target: 'esp' },
    plug: ({ simulated }, place) =>
      simulated.plug(place, `unit ${place}`, espRom({ chip: 'esp32s3', mac: idOf(place).subarray(0, 6) }).attach),
  },
  {
    image: Buffer.from(mcubootImage(Buffer.alloc(9000, 0x42), { major: 2 })),
    address: null,
    recipe: { target: 'smp', expect: { usbSerialIsUnit: true } },
    plug: ({ simulated }, place) => simulated.plug(place, usbSerialOf(place), smpTarget({ clock, mode: 'recovery' })),
  },
  {
    image: demoStm32Image().subarray(0, 12_000),
    address: 0x0800_0000,
    recipe: { target: 'dfu', options: { dialect: 'dfuse' } },
    plug: ({ simulated }, place) =>
      simulated.plugUsb(place, usbSerialOf(place), dfuTarget({ clock, serialNumber: usbSerialOf(place) })),
  },
]

it('sixteen slots of four families at once: a cable pulled in each line fails its own slot, and the twelve others pass', async () => {
  const test = await openTestBench(undefined, (target) => families[target])
  const lines = []
  for (const [at, { image, address, recipe, plug }] of kinds.entries()) {
    const { id } = await test.upload('app.bin', image)
    const made = await test.recipe({ ...recipe, images: [{ file: id, ...(address !== null && { address }) }] })
    const places = Array.from({ length: PER_LINE }, (_, slot) => at * PER_LINE + slot + 1)
    for (const place of places) plug(test, place)
    lines.push(
      await test.bench.createLine({
        name: `Line ${at}`,
        recipeId: made.id,
        slots: places.map((place) => ({ label: String(place), path: simulatedPath(place) })),
        ...{ autoStart: null, waitForContact: 0, operator: '' },
      }),
    )
  }
  // The second slot of each line is pulled once bytes have been written.
  const unlucky = new Map(lines.flatMap(({ slots }, at) => slots.slice(1, 2).map(({ id }) => [id, at * PER_LINE + 2])))
  const left = new Map(unlucky)
  test.events.on('slot', () => {
    for (const { id, run } of test.bench.snapshots.slots([...left.keys()])) {
      const place = left.get(id)
      if (run?.phase !== 'writing' || run.progress <= 0 || place === undefined) continue
      left.delete(id)
      test.simulated.unplug(place)
    }
  })
  const runs = await test.run({ slotIds: lines.flatMap(({ slots }) => slots.map(({ id }) => id)) })
  expect(runs).toHaveLength(16)
  for (const run of runs)
    expect(run).toMatchObject(
      run.slotId !== null && unlucky.has(run.slotId)
        ? { state: 'failed', errorCode: 'UNPLUGGED' }
        : { state: 'passed', errorCode: null },
    )
  expect(new Set(runs.filter(({ state }) => state === 'passed').map(({ unit }) => unit)).size).toBe(12)
  expect(test.bench.records({ limit: 50 }).items).toHaveLength(16)
})
