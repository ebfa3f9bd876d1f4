import type { LoginForm } from './protocol-facts.ts'

/** Alibaba's MQTT login (docs/protocols/README.md §4.3), shared by the protocols with the same login. */
export const signedLogin: LoginForm = {
  username: ({ name }, productKey) => `${name}&${productKey}`,
  plain: 'secret',
  facts: [
    { label: 'username', value: { en: '{device name}&{product key}', zh: '{设备名称}&{产品Key}' }, verbatim: true },
    {
      label: 'password',
      value: { en: 'the device secret, or signed as for Alibaba Cloud', zh: '设备密钥，或按阿里云方式签名' },
    },
    { label: 'clientId', value: { en: 'any', zh: '任意' } },
  ],
}
