import { DEFAULT_MODULE, MB, type ProtocolFacts } from './protocol-facts.ts'

/** OneNET (docs/protocols/onenet.md §1). */
export const onenet = {
  id: 'onenet',
  names: { en: 'OneNET', zh: 'OneNET' },
  summary: {
    en: 'OneNET: devices query, download and report by HTTP',
    zh: 'OneNET 的设备：自行通过 HTTP 查询、下载和上报',
  },
  features: {
    mqttDownload: false,
    severalFiles: false,
    policy: false,
    hints: true,
    push: false,
    queries: true,
    modules: true,
    sha256: false,
  },
  // docs/protocols/README.md §6.2.
  packageLimits: { nameMax: 20, versionMax: 20, fileBytes: 1000 * MB },
  login: {
    // docs/protocols/onenet.md §3.1.
    username: (_device, productKey) => productKey,
    plain: 'none',
    facts: [
      { label: 'base', value: 'station-http' },
      {
        label: 'header',
        value: {
          en: 'version=2018-10-31&res=products/{product key}&et=…&method=sha1&sign=…',
          zh: 'version=2018-10-31&res=products/{产品Key}&et=…&method=sha1&sign=…',
        },
        verbatim: true,
        hint: {
          en: 'Signed over products/{product key} with the product secret, or over products/{product key}/devices/{device name} with the device secret; both are Base64.',
          zh: '用产品密钥签名 products/{产品Key}，或用设备密钥签名 products/{产品Key}/devices/{设备名称}；密钥为 Base64。',
        },
      },
      {
        label: 'mqttToo',
        value: {
          en: 'client ID {device name}, user name {product key}, password the same token',
          zh: 'Client ID {设备名称}，用户名 {产品Key}，密码为同一令牌',
        },
      },
    ],
  },
  // Devices decode the key with the standard alphabet (docs/protocols/README.md §3.2).
  secretForm: 'base64',
  // Firmware and a separate application (docs/protocols/onenet.md §4.1: `s_version`, `type=2`).
  defaultModules: [
    { name: DEFAULT_MODULE, kind: 'FOTA' },
    { name: 'sota', kind: 'SOTA' },
  ],
  defaultSuccessCriterion: 'version',
} as const satisfies ProtocolFacts
