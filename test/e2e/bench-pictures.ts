import { expect, it } from 'vitest'
import type { Line, Slot } from '#shared/schema.ts'
import { type DemoBoard, demoBoards } from '#shared/targets/index.ts'
import { describedImage, tableOf } from '../flashing/esp-images.ts'
import { openScreen } from './browser.ts'
import { picture } from './picture.ts'
import { startStationProcess } from './process.ts'

const words = {
  zh: { locale: 'zh-CN', recipe: '边缘网关 出厂', product: '边缘网关', notes: '每块板先扫条码，再插入。' },
  en: {
    locale: 'en-US',
    recipe: 'Edge gateway, factory',
    product: 'Edge gateway',
    notes: 'Scan each board, then plug it in.',
  },
} as const

const ESP32_C3 = 5
const files = [
  ['bootloader.bin', describedImage(ESP32_C3, 20_000, { kind: 'bootloader', version: 'v5.5.1' })],
  [
    'partition-table.bin',
    tableOf(['nvs', 1, 2, 0x9000, 0x6000], ['phy_init', 1, 1, 0xf000, 0x1000], ['factory', 0, 0, 0x1_0000, 0x15_0000]),
  ],
  ['gateway-2.4.1.bin', describedImage(ESP32_C3, 900_000, { kind: 'app', version: '2.4.1', project: 'gateway' })],
] as const

const count = (slots: readonly Slot[], ...lamps: Slot['lamp'][]): number =>
  slots.filter(({ lamp }) => lamps.includes(lamp)).length

it.each(['zh', 'en'] as const)('takes the pictures of the bench in %s', async (language) => {
  const say = words[language]
  const station = await startStationProcess('--no-tls')
  const { page, faults } = await openScreen(station.ready.ui, { language: say.locale })
  const shot = (name: string): Promise<void> => picture(page, `bench-${name}-${language}`)
  const slotsAre = (passes: (slots: readonly Slot[]) => boolean): Promise<void> =>
    expect
      .poll(async () => {
        const { items } = await station.call<{ items: Line[] }>('GET', '/bench/lines')
        return passes(items.flatMap((line) => line.slots))
      })
      .toBe(true)

  await station.call('POST', '/products', { name: say.product, key: 'gw-prod', protocol: 'sagoo' })
  await page.getByTestId('nav-bench').click()
  await page.getByTestId('bench-tabs').locator('label').nth(1).click()
  await page.getByTestId('recipe-add').click()
  await page.getByTestId('recipe-name').fill(say.recipe)
  await page.locator('textarea').first().fill(say.notes)
  await page
    .getByTestId('recipe-file')
    .setInputFiles(
      files.map(([name, bytes]) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) })),
    )
  await page.locator('[data-testid="dry-check"][data-ok="true"]').getByText('gateway-2.4.1.bin').first().waitFor()
  await shot('recipe')
  await page.getByTestId('recipe-save').click()
  await page.getByTestId('recipes-table').getByText(say.recipe).waitFor()
  await shot('recipes')

  const run = async (slots: number, ready: (slots: readonly Slot[]) => boolean): Promise<void> => {
    // A few stand in one line.
    const boards: readonly DemoBoard[] = slots > 4 ? demoBoards : ['esp']
    // The lines are named in the language of who starts them.
    const started = await fetch(`${station.ready.api}/bench/demo/start`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${station.ready.token}`,
        'accept-language': say.locale,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ slots, boards, failurePercent: 20 }),
    })
    expect(started.status).toBe(200)
    await page.getByTestId('bench-tabs').locator('label').nth(0).click()
    await slotsAre(ready)
  }
  await run(4, (slots) => count(slots, 'pass') >= 1 && count(slots, 'writing', 'verifying') >= 2)
  await shot('4')
  await run(
    16,
    (slots) => count(slots, 'pass') >= 3 && count(slots, 'fail', 'refused') >= 2 && count(slots, 'writing') >= 3,
  )
  await shot('16')
  if (language === 'en') {
    await page.getByTestId('theme-switch').click()
    await picture(page, 'bench-16-dark')
    await page.getByTestId('theme-switch').click()
  }
  await page.locator('.slot[data-lamp="fail"], .slot[data-lamp="refused"]').first().click()
  await page.getByTestId('slot-log').waitFor()
  await shot('slot')
  await page.locator('.ant-drawer-close').click()
  await page.getByTestId('bench-tabs').locator('label').nth(2).click()
  await page.getByTestId('records-table').locator('.table-row').nth(6).waitFor()
  await shot('records')
  await page.setViewportSize({ width: 1920, height: 1080 })
  await run(
    64,
    (slots) => count(slots, 'pass') >= 6 && count(slots, 'fail', 'refused') >= 3 && count(slots, 'empty') <= 8,
  )
  await shot('64')
  expect(faults).toEqual([])
})
