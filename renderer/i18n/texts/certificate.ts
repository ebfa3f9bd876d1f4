/** The certificate that devices are given to trust. */
export const certificate = {
  zh: {
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
      unusable:
        '{{name}} 无法使用：{{file}} {{what}}{{detail}}。HTTPS 和 MQTTS 未启用。请从备份恢复该文件，或新建 CA。',
      stillServed:
        '{{name}} 的文件已损坏：{{file}} {{what}}{{detail}}。目前仍使用已加载的证书，重新启动后 HTTPS 和 MQTTS 将不可用。请从备份恢复该文件，或新建 CA。',
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
  },
  en: {
    title: 'Certificate for devices',
    hint: 'Devices must trust this CA certificate before they use HTTPS or MQTTS (RSA, which old devices understand too). It contains no private key and may be shared freely.',
    off: 'This station runs with --no-tls and has no certificate. Start it without that option for HTTPS and MQTTS.',
    fingerprint: 'SHA-256 fingerprint',
    subject: 'Name',
    valid: 'Valid',
    validValue: '{{from}} to {{to}}',
    addresses: 'Server certificate is for',
    addressesHint: "Updated automatically with this computer's addresses; devices keep their CA certificate.",
    pem: 'Download PEM',
    crt: 'Download CRT',
    qr: 'QR code of the download address',
    scan: 'Scan to download (on the same network)',
    address: 'Address at which devices reach this computer',
    earlier: 'EC certificate',
    earlierHint: 'Handed out in earlier versions; devices that have it keep it.',
    earlierPem: 'Download EC certificate',
    names: { rsa: 'RSA CA', ec: 'EC CA' },
    problems: {
      ending: 'The {{name}} expires on {{at}}. Create a new CA and give devices the new certificate.',
      expired:
        'The {{name}} expired on {{at}}, or the clock of this computer is wrong. It stays in use; check the clock, or create a new CA.',
      notYetValid:
        'The {{name}} is valid from {{at}}: the clock of this computer is wrong. It stays in use; set the clock.',
      unusable:
        'The {{name}} cannot be used: {{file}} {{what}}{{detail}}. HTTPS and MQTTS are off. Restore the file from a backup, or create a new CA.',
      stillServed:
        'A file of the {{name}} is damaged: {{file}} {{what}}{{detail}}. The certificates loaded before are still in use; after a restart HTTPS and MQTTS are off. Restore the file from a backup, or create a new CA.',
    },
    renew: {
      open: 'New CA…',
      title: 'New CA',
      rsa: 'trusted by most devices',
      ec: 'trusted by devices set up in earlier versions',
      loses:
        'Every device that trusts a selected CA needs the new certificate, and cannot use HTTPS or MQTTS until it has it.',
      kept: 'The old files stay in tls/kept in the data directory. Devices that are upgrading may fail.',
      confirm: 'Create new CA',
      done: 'New CA created. Give devices the new certificate.',
    },
    staticRsa: 'RSA key exchange for old devices',
    staticRsaHint:
      'Some old SDKs (e.g. LinkSDK, iotkit, the C client of OneNET) have no elliptic curves and can only use TLS 1.2 this way. It has no forward secrecy: if the private key of the server leaks, recorded traffic can be decrypted. Turning it off applies to new connections at once; those devices can then use neither HTTPS nor MQTTS. Device ports only.',
  },
} as const
