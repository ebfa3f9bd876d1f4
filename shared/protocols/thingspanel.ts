import { DEFAULT_MODULE, MB, type ProtocolFacts } from './protocol-facts.ts'

/** ThingsPanel (docs/protocols/thingspanel.md §1). */
export const thingspanel = {
  id: 'thingspanel',
  names: { en: 'ThingsPanel', zh: 'ThingsPanel' },
  summary: {
    en: 'ThingsPanel: MQTT push; an offline device fails at once',
    zh: 'ThingsPanel 的设备：MQTT 推送；离线时升级立即失败',
  },
  features: {
    mqttDownload: false,
    severalFiles: false,
    policy: false,
    hints: false,
    push: true,
    queries: false,
    modules: true,
    sha256: true,
  },
  // docs/protocols/thingspanel.md §10.1.
  packageLimits: { nameMax: 20, versionMax: 36, fileBytes: 500 * MB },
  login: {
    username: ({ accessToken }) => accessToken,
    plain: 'token',
    facts: [
      { label: 'username', value: { en: '{AccessToken}', zh: '{AccessToken}' }, verbatim: true },
      { label: 'password', value: { en: 'empty, or the device secret', zh: '留空，或设备密钥' } },
      { label: 'clientId', value: { en: 'any', zh: '任意' } },
    ],
  },
  secretForm: 'base64url',
  defaultModules: [{ name: DEFAULT_MODULE, kind: 'FOTA' }],
  // docs/protocols/thingspanel.md §7.2.
  defaultSuccessCriterion: 'progress',
} as const satisfies ProtocolFacts
