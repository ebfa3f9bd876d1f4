import { describe, expect, it } from 'vitest'
import { image, imageMd5, prepare } from './fixture.ts'
import { mqttDevice } from './mqtt-driver.ts'
import { conformanceProtocols } from './protocols.ts'
import { iotEngineWire, sagooWire, thingspanelWire } from './wires.ts'

const wires = { sagoo: sagooWire, thingspanel: thingspanelWire, 'iot-engine': iotEngineWire } as const
const byMqtt5 = conformanceProtocols.flatMap((protocol) => {
  const wire = Object.entries(wires).find(([name]) => name === protocol.protocol)?.[1]
  if (!wire) return []
  const device: typeof protocol.device = (station, credentials) => mqttDevice(station, credentials, wire, 5)
  return [{ ...protocol, device }]
})

describe.each(byMqtt5)('a device that speaks $protocol by MQTT 5', (protocol) => {
  it('is upgraded as one that speaks 3.1.1', async () => {
    const { device, campaign, job, reaches } = await prepare(protocol)
    await device.start()
    const id = await campaign()
    const offer = await device.offered()
    expect(offer).toMatchObject({ version: '2.0.0', digest: imageMd5 })
    await reaches(id, 'notified')
    await device.acknowledge()
    expect(await device.fetch(offer)).toEqual({ ok: true, bytes: image })
    await device.progress(60)
    await device.installed()
    await device.restart('2.0.0')
    expect(await job(id)).toMatchObject({ state: 'succeeded', progress: 100, errorCode: null })
  })
})
