import { describe, expect, it } from 'vitest'
import { LineInput } from '#shared/schema.ts'
import { families } from '../../electron/flashing/families/index.ts'
import { demoStm32Image } from '../../electron/simulator/targets/demo-stm32.ts'
import { stm32Target } from '../../electron/simulator/targets/stm32.ts'
import { stm32Models } from '../../electron/simulator/targets/stm32-models.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { startTestStation } from '../helpers/station.ts'
import { openTestBench } from './test-bench.ts'

/** Flashes one simulated STM32F407VG by a recipe that expects a chip; its run and the words of its record. */
const flashed = async (chip: string) => {
  const test = await openTestBench(undefined, (target) => families[target])
  const recipe = await test.recipe({ target: 'stm32', expect: { chip } }, Buffer.from(demoStm32Image()))
  test.simulated.plug(
    1,
    'usb',
    stm32Target({ clock: createAwakeClock(), model: stm32Models.f4, unit: Buffer.alloc(12, 7) }),
  )
  const line = await test.bench.createLine(
    LineInput.parse({ name: 'A', recipeId: recipe.id, slots: [{ label: '1', path: 'sim:1' }] }),
  )
  const [run] = await test.run({ slotIds: [line.slots[0]?.id ?? 0] })
  const [record] = test.bench.records({ limit: 1 }).items
  return { run, words: test.bench.record(record?.id ?? 0).log.map(({ words }) => words) }
}

describe('an STM32F407VG', () => {
  it('passes where its part number is expected as people write it, and its record says what was told apart', async () => {
    const { run, words } = await flashed('stm32 f407 vg')
    expect(run).toMatchObject({ state: 'passed' })
    expect(words).toContain('expected stm32 f407 vg: product id 0x413: STM32F405/407/415/417; VG cannot be told apart')
  })

  it('is refused where an F401 is expected, before anything is erased', async () => {
    const { run } = await flashed('STM32F401CC')
    expect(run).toMatchObject({ state: 'refused', errorCode: 'WRONG_CHIP', errorData: { expected: 'STM32F401CC' } })
  })
})

describe('an unknown part number', () => {
  it('is refused when the recipe is saved, in both languages, with near ones; a stored one is a problem of the dry run', async () => {
    const station = await startTestStation()
    const upload = await fetch(`${station.ready.api}/uploads?purpose=recipe`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${station.ready.token}`, 'X-File-Name': 'board.bin' },
      body: new Uint8Array(demoStm32Image()),
    })
    const { id: file } = (await upload.json()) as { id: string }
    const post = (chip: string, language = 'en') =>
      station.rest(
        'POST',
        '/bench/recipes',
        { name: `For ${chip}`, target: 'stm32', images: [{ file }], expect: { chip } },
        { 'Accept-Language': language },
      )
    expect(await post('STM32F408VG')).toMatchObject({
      status: 422,
      body: {
        code: 'INVALID_FIELD',
        data: { field: 'expect.chip' },
        message: expect.stringMatching(/"STM32F408VG" is no known part number.*STM32F40[57]/),
      },
    })
    expect((await post('STM32F408VG', 'zh')).body).toMatchObject({
      message: expect.stringContaining('没有“STM32F408VG”'),
    })
    expect((await post('ATmega328P')).body).toMatchObject({ message: expect.stringContaining('e.g. STM32F407VG') })
    const made = await post('STM32F407VG')
    expect(made).toMatchObject({ status: 200, body: { expect: { chip: 'STM32F407VG' } } })
    const { id } = made.body as { id: number }
    const changed = await station.rest('PATCH', `/bench/recipes/${id}`, { expect: { chip: 'STM32F999' } })
    expect(changed).toMatchObject({ status: 422, body: { code: 'INVALID_FIELD' } })
    const checked = await station.rest('POST', '/bench/check', {
      recipe: {
        name: 'x',
        target: 'stm32',
        images: [{ file: (made.body as { images: { sha256: string }[] }).images[0]?.sha256 }],
        expect: { chip: 'STM32F408' },
      },
      recipeId: id,
    })
    expect(checked.body).toMatchObject({
      ok: false,
      problems: [{ code: 'PART_UNKNOWN', data: { expected: 'STM32F408' } }],
    })
  })
})
