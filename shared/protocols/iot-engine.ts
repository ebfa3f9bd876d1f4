import { DEFAULT_MODULE, MB, type ProtocolFacts } from './protocol-facts.ts'
import { signedLogin } from './signed-login.ts'

/** JD Cloud's IoT engine (docs/protocols/iot-engine.md §1). */
export const iotEngine = {
  id: 'iot-engine',
  names: { en: 'JD Cloud IoT', zh: '京东云 IoT' },
  summary: {
    en: 'JD Cloud IoT: MQTT push; must acknowledge within 10 s',
    zh: '京东云 IoT 的设备：MQTT 推送，10 秒内须确认',
  },
  features: {
    mqttDownload: false,
    severalFiles: false,
    policy: true,
    hints: false,
    push: true,
    queries: true,
    modules: false,
    sha256: false,
  },
  // docs/protocols/iot-engine.md §9.1.
  packageLimits: { nameMax: 20, versionMax: 100, fileBytes: 100 * MB },
  login: signedLogin,
  secretForm: 'base64url',
  defaultModules: [{ name: DEFAULT_MODULE, kind: 'FOTA' }],
  defaultSuccessCriterion: 'version',
} as const satisfies ProtocolFacts
