import type { certificate as en } from '../../en/screen/certificate.ts'
import type { TextsLike } from '../../texts-like.ts'

/** The certificate that devices are given to trust. */
export const certificate = {
  title: '设备证书',
  hint: '设备通过 HTTPS 或 MQTTS 连接前，须信任此 CA 证书（RSA，旧设备也能识别）。证书不含私钥，可以公开分发。',
  off: '站点以 --no-tls 启动，没有证书。去掉该选项后重新启动即可使用 HTTPS 和 MQTTS。',
  fingerprint: 'SHA-256 指纹',
  subject: '名称',
  valid: '有效期',
  validValue: '{{from}} 至 {{to}}',
  addresses: '服务器证书包含',
  addressesHint: '随本机地址自动更新，设备无须更换 CA 证书。',
  pem: '下载 PEM',
  crt: '下载 CRT',
  qr: '下载地址的二维码',
  scan: '扫码下载（在同一网络中）',
  address: '设备访问本机的地址',
  earlier: 'EC 证书',
  earlierHint: '早先分发给设备的证书，无须更换。',
  earlierPem: '下载 EC 证书',
  names: { rsa: 'RSA CA', ec: 'EC CA' },
  problems: {
    ending: '{{name}} 将于 {{at}} 到期。请新建 CA，并为设备更换证书。',
    expired: '{{name}} 已于 {{at}} 到期，或本机时钟有误。CA 仍在使用；请检查时钟，或新建 CA。',
    notYetValid: '{{name}} 自 {{at}} 起有效，本机时钟有误。CA 仍在使用；请校正时钟。',
    unusable: '{{name}} 无法使用：{{file}} {{what}}{{detail}}。HTTPS 和 MQTTS 未启用。请从备份恢复该文件，或新建 CA。',
    stillServed:
      '{{name}} 的文件已损坏：{{file}} {{what}}{{detail}}。先前签发的服务器证书仍在使用，但本机地址变化后无法更新。请从备份恢复该文件，或新建 CA。',
    notServed:
      '{{name}} 无法使用：{{file}} {{what}}{{detail}}。需要该证书的设备无法使用 HTTPS 和 MQTTS，其他设备不受影响。请从备份恢复该文件，或新建 CA。',
  },
  renew: {
    open: '新建 CA…',
    title: '新建 CA',
    rsa: '多数设备信任此 CA',
    ec: '早先设置的设备信任此 CA',
    loses: '信任所选 CA 的每台设备都须更换证书，在此之前无法使用 HTTPS 和 MQTTS。',
    kept: '旧文件保留在数据目录的 tls/kept 中。升级中的设备可能因此失败。',
    confirm: '新建 CA',
    done: '已新建 CA。请为设备更换证书。',
  },
  staticRsa: '旧设备的 RSA 密钥交换',
  staticRsaHint:
    '部分旧 SDK（如 LinkSDK、iotkit、OneNET 的 C 客户端）没有椭圆曲线，只能这样使用 TLS 1.2。它没有前向保密：服务器私钥一旦泄露，被录下的通信即可解密。关闭后对新连接立即生效，这些设备将无法使用 HTTPS 和 MQTTS。仅用于设备端口。',
} as const satisfies TextsLike<typeof en>
