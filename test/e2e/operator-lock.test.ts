import { describe, expect, it } from 'vitest'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { startStationProcess } from './process.ts'

const PIN = '271828'

describe.skipIf(!hasChromium)(`the operator lock at the screen${needsChromium}`, () => {
  it('asks an operator for the PIN where only an engineer may go on, and then goes on', async () => {
    const station = await startStationProcess('--no-tls')
    const { page, picture, faults } = await openScreen(station.ready.ui)

    await page.getByTestId('nav-settings').click()
    await page.getByTestId('pin-set').click()
    await page.getByTestId('pin-next').fill(PIN)
    await page.getByTestId('pin-repeat').fill('1111')
    await page.getByTestId('pin-save').click()
    await page.getByText('两次输入不一致').waitFor()
    await picture('lock-set-zh')
    await page.getByTestId('pin-repeat').fill(PIN)
    await page.getByTestId('pin-save').click()
    await page.locator('[data-testid="pin-state"][data-state="stateEngineer"]').waitFor()
    await page.locator('[data-testid="lock-switch"][data-engineer="true"]').click()
    await page.locator('[data-testid="pin-state"][data-state="stateOn"]').waitFor()
    await page.getByTestId('pin-panel').scrollIntoViewIfNeeded()
    await picture('lock-settings-zh')

    // A call that is refused asks, and is made again.
    await page.getByTestId('demo-start').click()
    await page.getByTestId('pin-input').fill('0000')
    await page.keyboard.press('Enter')
    await page.getByTestId('pin-fault').getByText('4').waitFor()
    await picture('lock-dialog-zh')
    await page.getByTestId('pin-input').fill(PIN)
    await page.keyboard.press('Enter')
    await page.getByTestId('demo-stop').waitFor()
    await page.locator('[data-testid="lock-switch"][data-engineer="true"]').waitFor()

    // Locked again and not unlocked: the call stays refused, in words.
    await page.getByTestId('lock-switch').click()
    await page.getByTestId('demo-stop').click()
    await page.getByTestId('pin-input').waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('只有工程师可以执行此操作').waitFor()

    await page.getByTestId('language-switch').click()
    await page.getByTestId('lock-switch').click()
    await page.getByTestId('pin-input').waitFor()
    await picture('lock-dialog-en')
    await page.keyboard.press('Escape')
    await page.getByTestId('pin-input').waitFor({ state: 'detached' })
    await page.getByTestId('pin-remove').click()
    await page.getByTestId('pin-current').fill(PIN)
    await picture('lock-remove-en')
    await page.keyboard.press('Enter')
    await page.locator('[data-testid="pin-state"][data-state="stateOff"]').waitFor()
    await page.getByTestId('lock-switch').waitFor({ state: 'detached' })
    expect(faults).toEqual([])
  })
})
