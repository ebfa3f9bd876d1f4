import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { families } from '../../electron/flashing/families/index.ts'
import { demoStm32Image } from '../../electron/simulator/targets/demo-stm32.ts'
import { espRom } from '../../electron/simulator/targets/esp-rom.ts'
import { stm32Target } from '../../electron/simulator/targets/stm32.ts'
import type { TargetFactory } from '../../electron/simulator/targets/target.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { seeded } from '../helpers/seeded.ts'
import { espImage } from './esp-images.ts'
import { openTestBench } from './test-bench.ts'

const clock = createAwakeClock()

/** A cable that is pulled once so many bytes have gone to the board; it counts them, and notes when it was pulled. */
const cable = (factory: TargetFactory, pullAt: number) => {
  const state = { sent: 0, pulled: false }
  const attach: TargetFactory = (line) => {
    const target = factory(line)
    return {
      ...target,
      receive: (bytes) => {
        state.sent += bytes.length
        target.receive(bytes)
        if (state.sent < pullAt || state.pulled) return
        state.pulled = true
        line.unplug()
      },
    }
  }
  return { state, attach }
}

const unitOf = (text: string): Buffer => createHash('sha1').update(text).digest()
const ESP32_S3 = 9

it.each([
  {
    target: 'stm32' as const,
    image: demoStm32Image().subarray(0, 12_000),
    address: 0x0800_0000,
    board: (name: string) => stm32Target({ clock, unit: unitOf(name).subarray(0, 12) }),
    seeds: 14,
  },
  {
    target: 'esp' as const,
    image: espImage(ESP32_S3, 60_000),
    address: 0,
    board: (name: string) => espRom({ chip: 'esp32s3', mac: unitOf(name).subarray(0, 6) }).attach,
    seeds: 6,
  },
])(
  'a cable of four pulled at $seeds random moments fails its own slot alone: $target',
  async ({ target, image, address, board, seeds }) => {
    const test = await openTestBench(undefined, (name) => families[name])
    const { id } = await test.upload('app.bin', image)
    const recipe = await test.recipe({ name: 'pulled', target, images: [{ file: id, address }] })
    const line = await test.line(Array.from({ length: 4 }), recipe)
    const [first] = line.slots

    const whole = cable(board('whole'), Number.POSITIVE_INFINITY)
    test.simulated.plug(1, 'whole', whole.attach)
    expect(await test.run({ slotIds: [first?.id ?? 0] })).toMatchObject([{ state: 'passed' }])

    for (let seed = 1; seed <= seeds; seed++) {
      const random = seeded(seed)
      const victim = Math.floor(random() * 4)
      const pullAt = 1 + Math.floor(random() * (whole.state.sent - 1))
      const cables = Array.from({ length: 4 }, (_, at) =>
        cable(board(`${seed}-${at}`), at === victim ? pullAt : Number.POSITIVE_INFINITY),
      )
      cables.forEach(({ attach }, at) => {
        test.simulated.plug(at + 1, `${seed}-${at}`, attach)
      })
      const runs = await test.run({ slotIds: line.slots.map(({ id }) => id) })
      const unlucky = runs.find(({ slotId }) => slotId === line.slots[victim]?.id)
      expect(unlucky, `seed ${seed}, byte ${pullAt}`).toMatchObject({
        state: 'failed',
        errorCode: 'UNPLUGGED',
        message: expect.stringMatching(/cable|unplug/i),
      })
      expect(cables[victim]?.state.pulled).toBe(true)
      expect(runs.filter(({ state }) => state === 'passed')).toHaveLength(3)
    }
    expect(test.bench.records({ limit: 500 }).items.filter(({ errorCode }) => errorCode === 'UNPLUGGED')).toHaveLength(
      seeds,
    )
  },
)
