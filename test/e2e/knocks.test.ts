import mqtt from 'mqtt'
import { describe, expect, it } from 'vitest'
import type { Device } from '#shared/schema.ts'
import { connectDevice } from '../helpers/device.ts'
import { onceOnly } from '../helpers/mqtt-options.ts'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { startStationProcess } from './process.ts'

/** Tries to log in, as a device does again and again; the CONNACK code it is answered with. */
const knock = async (mqttUrl: string, username: string, password: string, clientId = 'bench'): Promise<number> => {
  try {
    const client = await mqtt.connectAsync(mqttUrl, { clientId, username, password, ...onceOnly }, false)
    await client.endAsync()
    return 0
  } catch (error) {
    return (error as { code: number }).code
  }
}

describe.skipIf(!hasChromium)(`a device that is not known yet${needsChromium}`, () => {
  it('knocks, is accepted with one click, connects, and its protocol log tells what was said', async () => {
    const station = await startStationProcess()
    const { mqtt: mqttUrl } = station.ready
    await station.call('POST', '/products', { name: '边缘网关', key: 'gw-prod', protocol: 'sagoo' })
    const { page, picture, faults } = await openScreen(station.ready.ui)
    await page.getByTestId('nav-devices').click()
    expect(await knock(mqttUrl, 'GW-0042&gw-prod', 'kept-to-itself')).toBe(4)
    expect(await knock(mqttUrl, 'GW-0042&gw-prod', 'kept-to-itself')).toBe(4)

    await page.locator('[data-testid="knock-count"][data-count="1"]').waitFor()
    await page.getByTestId('tab-knocks').click()
    await page.getByTestId('knock-GW-0042').waitFor()
    await picture('knock-zh')
    await page.getByTestId('knock-GW-0042').getByTestId('knock-accept').click()
    await page.getByTestId('knock-GW-0042').waitFor({ state: 'detached' })
    await page.getByTestId('knock-count').waitFor({ state: 'detached' })

    const { items } = await station.call<{ items: Device[] }>('GET', '/devices')
    expect(items).toMatchObject([{ name: 'GW-0042', secret: 'kept-to-itself' }])
    const device = await connectDevice({
      mqttUrl,
      productKey: 'gw-prod',
      name: 'GW-0042',
      secret: 'kept-to-itself',
    })
    await device.listen()
    await device.inform('2.3.0')

    await page.getByTestId('tab-devices').click()
    await page.getByTestId('devices-table').getByText('GW-0042').click()
    await page.getByTestId('tab-protocol').click()
    const messages = page.getByTestId('messages').locator('li')
    await page.getByTestId('messages').locator('[data-kind="version"]').waitFor()
    expect(await messages.evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.kind))).toEqual([
      'version',
      'listening',
      'login',
    ])
    await device.progress(-2, '存储空间不足')
    await page.getByTestId('messages').locator('[data-kind="failure"]').getByText('存储空间不足').first().waitFor()
    await picture('protocol-log-zh')
    expect(await page.content()).not.toContain('kept-to-itself')
    expect(faults).toEqual([])
  })

  it('with another secret than the registered one is let in by a question, not by a click', async () => {
    const station = await startStationProcess('--no-tls')
    const { mqtt: mqttUrl } = station.ready
    const product = await station.call<{ id: number }>('POST', '/products', {
      name: 'Gateway',
      key: 'gw',
      protocol: 'sagoo',
    })
    await station.call('POST', '/devices', { productId: product.id, name: 'GW-1', secret: 'registered' })
    const { page, picture } = await openScreen(`${station.ready.ui}#/devices/knocks`, { language: 'en-US' })
    await page.getByTestId('tab-knocks').waitFor()
    await knock(mqttUrl, 'GW-1&gw', 'another')
    const row = page.getByTestId('knock-GW-1')
    await row.waitFor()
    expect(await row.getAttribute('data-reason')).toBe('wrong-secret')
    expect(await row.getByTestId('knock-accept').count()).toBe(0)
    await row.getByTestId('knock-use-presented').click()
    await page.getByTestId('confirm-yes').waitFor()
    await picture('knock-replace-en')
    expect(await knock(mqttUrl, 'GW-1&gw', 'another')).toBe(4)
    await page.getByTestId('confirm-yes').click()
    await row.waitFor({ state: 'detached' })
    expect(await knock(mqttUrl, 'GW-1&gw', 'another')).toBe(0)
  })

  it('of a product that is not there is let in after the product was made from what it knocked with', async () => {
    const station = await startStationProcess('--no-tls')
    const { page } = await openScreen(`${station.ready.ui}#/devices/knocks`, { language: 'en-US' })
    await page.getByTestId('tab-knocks').waitFor()
    await knock(station.ready.mqtt, 'dev1&new-key', 'its-secret')
    const row = page.getByTestId('knock-dev1')
    await row.getByTestId('knock-create-product').click()
    await page.locator('input[data-testid="product-name"]').fill('New product')
    expect(await page.locator('input[data-testid="product-key"]').inputValue()).toBe('new-key')
    await page.getByTestId('product-submit').click()
    await row.getByTestId('knock-accept').click()
    await row.waitFor({ state: 'detached' })
    expect(await knock(station.ready.mqtt, 'dev1&new-key', 'its-secret')).toBe(0)
  })
})
