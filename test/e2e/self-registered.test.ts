import mqtt from 'mqtt'
import { describe, expect, it } from 'vitest'
import { onceOnly } from '../helpers/mqtt-options.ts'
import { hasChromium, needsChromium, openScreen, type ScreenLanguage } from './browser.ts'
import { startStationProcess } from './process.ts'

describe.skipIf(!hasChromium)(`devices that registered by themselves, at the screen${needsChromium}`, () => {
  it.each<[ScreenLanguage, number, number]>([
    ['zh-CN', 1280, 800],
    ['en-US', 1280, 800],
    ['zh-CN', 1920, 1080],
    ['en-US', 1920, 1080],
  ])(
    'are told apart, counted, and removed by one act that names what is lost (%s, %i × %i)',
    async (language, width, height) => {
      const station = await startStationProcess('--no-tls')
      const product = await station.call<{ id: number }>('POST', '/products', {
        name: 'Gateway',
        key: 'gw',
        protocol: 'sagoo',
        secret: 'product-secret',
        autoRegister: true,
        autoRegisterLimit: 3,
      })
      await station.call('POST', '/devices', { productId: product.id, name: 'by-hand' })
      for (const name of ['self-1', 'self-2', 'self-3', 'self-4']) {
        const login = { ...onceOnly, clientId: name, username: `${name}&gw`, password: 'product-secret' }
        const client = await mqtt.connectAsync(station.ready.mqtt, login, false).catch(() => undefined)
        expect(client === undefined).toBe(name === 'self-4')
        await client?.endAsync()
      }
      const { page, picture, faults } = await openScreen(station.ready.ui, { language, width, height })
      const shot = async (name: string) => {
        await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'))
        await picture(`self-registered-${name}-${language}-${width}`)
      }

      await page.getByTestId('nav-devices').click()
      await page.getByText('self-3').waitFor()
      await shot('devices')
      await page.getByTestId('tab-knocks').click()
      await page.getByTestId('knock-self-4').waitFor()
      await shot('knocks')
      await page.getByTestId('tab-products').click()
      await page.getByTestId('self-registered').waitFor()
      await shot('product')
      await page.getByTestId('product-gw').getByRole('button').first().click()
      await page.getByTestId('product-auto-register-limit').waitFor()
      await shot('form')
      await page.keyboard.press('Escape')
      await page.getByTestId('product-auto-register-limit').waitFor({ state: 'detached' })

      await page.getByTestId('self-registered-show').click()
      await page.getByText('self-1').waitFor()
      expect(await page.getByText('by-hand').count()).toBe(0)
      await shot('filter')
      await page.getByTestId('tab-products').click()
      await page.getByTestId('self-registered-remove').click()
      await page.getByTestId('confirm-yes').waitFor()
      await shot('question')
      await page.getByTestId('confirm-yes').click()
      await page.getByTestId('self-registered').waitFor({ state: 'detached' })
      const { items } = await station.call<{ items: { name: string }[] }>('GET', '/devices')
      expect(items.map(({ name }) => name)).toEqual(['by-hand'])
      expect(faults).toEqual([])
    },
  )
})
