import type { DeviceCredentials } from './driver.ts'
import type { DeviceWire } from './mqtt-driver.ts'

const json = JSON.stringify

/** docs/protocols/sagoo.md §2; the question: docs/protocols/sagoo.md §7.1. */
export const sagooWire = ({ productKey, name }: DeviceCredentials): DeviceWire => {
  const topic = (purpose: string) => `/ota/device/${purpose}/${productKey}/${name}`
  const params = (purpose: string, members: object) => ({
    topic: topic(purpose),
    payload: json({ id: '123', params: members }),
  })
  const get = `/sys/${productKey}/${name}/thing/ota/firmware/get`
  return {
    username: `${name}&${productKey}`,
    noticeTopic: topic('upgrade'),
    version: (version) => params('inform', { version }),
    progress: (percent) => params('progress', { step: String(percent), desc: '' }),
    installed: params('progress', { step: '100', desc: '' }),
    failure: (code, words) => params('progress', { step: String(code), desc: words }),
    question: {
      topic: get,
      payload: '{"id":"7","version":"1.0","params":{},"method":"thing.ota.firmware.get"}',
      replyTopic: `${get}_reply`,
    },
    read: (payload) => {
      const { data } = JSON.parse(payload)
      return data.size === undefined ? undefined : { version: data.version, digest: data.sign, locator: data.url }
    },
  }
}

/** docs/protocols/thingspanel.md §1.2: topics of the document. */
export const thingspanelWire = ({ accessToken }: DeviceCredentials): DeviceWire => {
  const topic = (purpose: string) => `/ota/device/${purpose}/${accessToken}`
  const progress = (step: number | string, desc = '') => ({
    topic: topic('progress'),
    payload: json({ step: String(step), desc }),
  })
  return {
    username: accessToken,
    noticeTopic: topic('upgrade'),
    version: (version) => ({
      topic: topic('inform'),
      payload: json({ id: '147258369', params: { version, module: 'default' } }),
    }),
    progress,
    installed: progress(100, '升级进度100%'),
    failure: progress,
    read: (payload) => {
      const { params } = JSON.parse(payload)
      return { version: params.version, digest: params.sign, locator: params.url }
    },
  }
}

/** docs/protocols/iot-engine.md §3; what the vendor leaves open: docs/protocols/iot-engine.md §11.1. */
export const iotEngineWire = ({ productKey, name }: DeviceCredentials): DeviceWire => {
  const topic = (purpose: string) => `/sys/${productKey}/${name}/ota/firmware/${purpose}`
  const message = (purpose: string, data: object) => ({
    topic: topic(purpose),
    payload: json({ msgId: '2', version: '1.0', data, ts: 1 }),
  })
  return {
    username: `${name}&${productKey}`,
    noticeTopic: topic('upgrade'),
    version: (firmwareVersion) => message('version', { firmwareVersion }),
    progress: (progress) => message('progress', { status: 0, progress }),
    installed: message('progress', { status: 3, progress: 100 }),
    failure: (status, desc) => message('progress', { status, progress: 0, desc }),
    acknowledgement: (notice) => ({
      topic: topic('upgrade_reply'),
      payload: json({ msgId: JSON.parse(notice).msgId, code: 200 }),
    }),
    question: { ...message('get', { firmwareVersion: '2.0.0' }), replyTopic: topic('get_reply') },
    read: (payload) => {
      const { data } = JSON.parse(payload)
      return data && { version: data.firmwareVersion, digest: data.sign, locator: data.url }
    },
  }
}
