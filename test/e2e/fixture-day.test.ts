import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { Line, Recipe, Upload } from '#shared/schema.ts'
import { demoStm32Image } from '../../electron/simulator/targets/demo-stm32.ts'
import { type Fixture, fixtureDay, openFixture } from '../flashing/fixture.ts'
import type { StationProcess } from '../helpers/station-process.ts'
import { hasChromium, needsChromium, openScreen, type ScreenLanguage } from './browser.ts'
import { startStationProcess } from './process.ts'

const names = {
  zh: { locale: 'zh-CN', recipe: '主板出厂', line: 'A 线', start: 'A 线：开始 5 个', done: '3', other: 'B 线' },
  en: {
    locale: 'en-US',
    recipe: 'Board, factory',
    line: 'Line A',
    start: 'Line A: start 5',
    done: '3',
    other: 'Line B',
  },
} as const satisfies Record<string, { locale: ScreenLanguage } & Record<string, string>>

const setUp = async (station: StationProcess, fixture: Fixture, say: (typeof names)['zh' | 'en']): Promise<Line> => {
  const upload = await fetch(`${station.ready.api}/uploads?purpose=recipe`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${station.ready.token}`, 'X-File-Name': 'board-1.0.0.bin' },
    body: new Uint8Array(demoStm32Image().subarray(0, 3000)),
  })
  const { id: file } = (await upload.json()) as Upload
  const recipe = await station.call<Recipe>('POST', '/bench/recipes', {
    name: say.recipe,
    target: 'stm32',
    options: { after: 'stay' },
    images: [{ file, address: '0x08000000' }],
    expect: { chip: 'STM32F407VG' },
  })
  const line = await station.call<Line>('POST', '/bench/lines', {
    name: say.line,
    recipeId: recipe.id,
    slots: fixture.paths.map((path, at) => ({ label: String(at + 1), path })),
  })
  await station.call<Line>('POST', '/bench/lines', { name: say.other, recipeId: recipe.id })
  return line
}

const lamps = (page: Page, expected: readonly string[]): Promise<void> =>
  expect
    .poll(() =>
      page
        .locator('.slot')
        .evaluateAll((slots) => slots.map((slot) => (slot as unknown as { dataset: { lamp: string } }).dataset.lamp)),
    )
    .toEqual(expected)

describe.skipIf(!hasChromium)(`a day at a fixture, at the screen${needsChromium}`, () => {
  it.each([
    ['zh', 1280, 800],
    ['en', 1920, 1080],
    ['zh', 1920, 1080],
    ['en', 1280, 800],
  ] as const)('starts who is there by the space bar, ten times, in %s at %d × %d', async (language, width, height) => {
    const say = names[language]
    const fixture = await openFixture(5)
    const station = await startStationProcess('--no-tls')
    const { page, picture, faults } = await openScreen(station.ready.ui, { language: say.locale, width, height })
    await setUp(station, fixture, say)
    const shot = (name: string): Promise<void> => picture(`fixture-${name}-${language}-${width}`)
    await page.getByTestId('nav-bench').click()
    const start = page.getByTestId(`line-start-${say.line}`)
    await start.getByText(say.start).waitFor()
    await page.keyboard.press('Space')
    await lamps(page, ['empty', 'empty', 'empty', 'empty', 'empty'])
    await shot('empty')

    let drawn = false
    for (const [batch, boards] of fixtureDay().entries()) {
      fixture.put(boards)
      await page.locator('.ant-btn-loading').waitFor({ state: 'detached' })
      await page.keyboard.press('Space')
      await expect
        .poll(async () => (await station.call<{ items: unknown[] }>('GET', '/bench/records?limit=100')).items.length)
        .toBe(3 * (batch + 1))
      const third = batch === 7 ? 'refused' : 'pass'
      await lamps(page, ['pass', 'empty', batch === 6 ? 'refused' : 'pass', third, 'empty'])
      await start.getByText(say.start).waitFor()
      if (batch === 6 || batch === 7) await shot(batch === 6 ? 'done' : 'wrong')
      if (batch !== 8) continue
      // The drawer stays with its unit when the slot gets another one.
      await page.getByTestId('slot-1').click()
      const before = await page
        .locator('.ant-drawer-body')
        .getByText(/^([0-9A-F]{4} ){5}[0-9A-F]{4}$/)
        .first()
        .innerText()
      fixture.put(fixtureDay()[9] ?? [])
      await station.call('POST', '/bench/runs', { lineId: 1 })
      await page.getByTestId('slot-left').waitFor()
      await page.locator('.ant-drawer-body').getByText(before).first().waitFor()
      await shot('drawer')
      await page.getByTestId('slot-now').click()
      await page.getByTestId('slot-left').waitFor({ state: 'detached' })
      await page.locator('.ant-drawer-close').click()
      drawn = true
      break
    }
    expect(drawn).toBe(true)
    await lamps(page, ['pass', 'empty', 'pass', 'pass', 'empty'])
    await page.getByTestId('bench-tabs').locator('label').nth(2).click()
    await page.getByTestId('yield-passed').getByText('28', { exact: true }).waitFor()
    await page.getByTestId('yield-failed').getByText('0', { exact: true }).waitFor()
    await shot('records')
    expect(faults).toEqual([])
  })
})
