import { DEFAULT_MODULE, MB, type ProtocolFacts } from './protocol-facts.ts'
import { signedLogin } from './signed-login.ts'

/** SagooIOT, in the format of Alibaba Cloud IoT (docs/protocols/sagoo.md §1). */
export const sagoo = {
  id: 'sagoo',
  names: { en: 'SagooIOT', zh: 'SagooIOT' },
  summary: {
    en: 'SagooIOT / Alibaba format: MQTT push, HTTP or MQTT download',
    zh: 'SagooIOT 与阿里云格式的设备：MQTT 推送，HTTP 或 MQTT 下载',
  },
  features: {
    mqttDownload: true,
    severalFiles: true,
    policy: false,
    hints: false,
    push: true,
    queries: true,
    modules: true,
    sha256: true,
  },
  // docs/protocols/README.md §6.2. The document defines no lengths, so OneNET's are used.
  packageLimits: { nameMax: 20, versionMax: 20, fileBytes: 1000 * MB },
  // docs/protocols/sagoo.md §3.4.
  versionForm: /^\d+\.\d+\.\d+$/,
  login: signedLogin,
  secretForm: 'base64url',
  defaultModules: [{ name: DEFAULT_MODULE, kind: 'FOTA' }],
  defaultSuccessCriterion: 'version',
} as const satisfies ProtocolFacts
