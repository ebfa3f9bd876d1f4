import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Line, Recipe, UnitRecord } from '#shared/schema.ts'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { choose } from './choose.ts'
import { startStationProcess } from './process.ts'

const script = resolve(import.meta.dirname, '../flashing/simulated-programmer.mjs')

describe.skipIf(!hasChromium)(`external programmers at the screen${needsChromium}`, () => {
  it.each([
    ['zh-CN', 1280, 800],
    ['en-US', 1920, 1080],
  ] as const)('in %s: from an empty station to a record', async (language, width, height) => {
    const unit = mkdtempSync(join(tmpdir(), 'programmers-'))
    onTestFinished(() => rmSync(unit, { recursive: true, force: true }))
    const port = join(unit, 'port')
    writeFileSync(port, '')
    const station = await startStationProcess('--no-tls')
    const { page, picture, faults } = await openScreen(station.ready.ui, { language, width, height })
    const shot = (name: string) => picture(`programmers-${name}-${language.slice(0, 2)}-${width}`)

    // A recipe finds no programmer and shows the way to the settings.
    await page.getByTestId('nav-bench').click()
    await page.getByTestId('bench-tabs').locator('label').nth(1).click()
    await page.getByTestId('recipe-add').click()
    await page.getByTestId('target-command').click()
    await shot('none')
    await page.getByTestId('nav-settings').click()
    await page.getByTestId('confirm-yes').click()

    // An engineer begins with a template, corrects it and tests it.
    await page.getByTestId('programmer-add').click()
    await page.getByRole('menuitem').nth(6).click()
    await page.getByTestId('programmer-name').waitFor()
    await shot('template')
    await page.getByTestId('programmer-name').fill('Sim Tool')
    await page.getByTestId('programmer-program').fill(process.execPath)
    await page.getByTestId('programmer-args').fill(`${script}\n--unit\n${unit}\n--serial\n{sn}\n{image0}\n{foo}`)
    await page.getByTestId('programmer-save').click()
    await page.locator('.programmer-form .fault').first().waitFor()
    await shot('faults')
    await page.getByTestId('programmer-name').fill('sim')
    await page.getByTestId('programmer-args').fill(`${script}\n--unit\n${unit}\n--serial\n{chip}\n{image0}\n{address0}`)
    await page.getByTestId('programmer-output').locator('summary').click()
    await page.getByTestId('programmer-success').fill('^Verified OK')
    await page.getByTestId('programmer-unit').fill('^Device ID: (\\S+)')
    await page.getByTestId('programmer-versionArgs').fill(`${script} --version`)
    await page.getByTestId('programmer-test').last().click()
    await page.getByTestId('programmer-result').getByText('simulated-programmer 1.2.3').waitFor()
    await shot('edit')
    await page.getByTestId('programmer-save').click()
    await page.getByTestId('programmer-sim').waitFor()
    await page.getByTestId('programmers-panel').scrollIntoViewIfNeeded()
    await shot('settings')

    // The recipe names it and gives its values.
    await page.getByTestId('nav-bench').click()
    await page.getByTestId('bench-tabs').locator('label').nth(1).click()
    await page.getByTestId('recipe-add').click()
    await page.getByTestId('recipe-name').fill('Sensor, factory')
    await page.getByTestId('target-command').click()
    await page
      .getByTestId('recipe-file')
      .setInputFiles([{ name: 'sensor.elf', mimeType: 'application/octet-stream', buffer: Buffer.alloc(5000, 7) }])
    await page.getByTestId('image-address-sensor.elf').fill('0x8000000')
    await page.getByTestId('recipe-save').click()
    await page.locator('.recipe-field .fault').first().waitFor()
    await choose(page, 'option-programmer', 'sim')
    await page.locator('[data-testid="dry-check"][data-ok="false"]').waitFor()
    await shot('missing-value')
    await page.getByTestId('value-chip').fill('ATMEGA-7')
    await page.locator('[data-testid="dry-check"][data-ok="true"]').waitFor()
    await shot('recipe')
    await page.getByTestId('recipe-save').click()
    await page.getByTestId('recipes-table').getByText('Sensor, factory').waitFor()

    const recipes = await station.call<{ items: Recipe[] }>('GET', '/bench/recipes')
    const line = await station.call<Line>('POST', '/bench/lines', {
      name: 'Sensors',
      slots: [{ label: '1', path: port }],
      recipeId: recipes.items[0]?.id,
    })
    await expect
      .poll(async () => (await station.call<Line>('GET', `/bench/lines/${line.id}`)).slots[0]?.port)
      .toBe(port)
    await station.call('POST', '/bench/runs', { lineId: line.id })
    await page.getByTestId('bench-tabs').locator('label').nth(0).click()
    await page.locator('.slot[data-lamp="pass"]').first().click()
    await page.getByTestId('slot-log').getByText('Verified OK').waitFor()
    await shot('slot')
    const { items } = await station.call<{ items: UnitRecord[] }>('GET', '/bench/records')
    expect(items).toMatchObject([{ state: 'passed', unit: 'atmega-7', recipeName: 'Sensor, factory' }])
    expect(readFileSync(join(unit, 'memory-0x8000000')).equals(Buffer.alloc(5000, 7))).toBe(true)

    // The list of recipes says what is missing once the programmer is gone.
    await page.locator('.ant-drawer-close').click()
    await page.getByTestId('nav-settings').click()
    await page.getByTestId('programmer-remove').click()
    await page.getByTestId('confirm-yes').click()
    await page.getByTestId('programmer-sim').waitFor({ state: 'detached' })
    await page.getByTestId('nav-bench').click()
    await page.getByTestId('bench-tabs').locator('label').nth(1).click()
    await page.getByTestId('recipes-table').getByText('sim').first().waitFor()
    await shot('gone')
    expect(faults).toEqual([])
  })
})
