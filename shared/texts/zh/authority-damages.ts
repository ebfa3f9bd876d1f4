import type { authorityDamages as en } from '../en/authority-damages.ts'
import type { TextsLike } from '../texts-like.ts'

/** What is wrong with a file of a certificate authority, after its name: `tls/ca.key` … */
export const authorityDamages = {
  missing: '不存在',
  unreadable: '无法读取',
  notACertificate: '不是有效的证书',
  notAnAuthority: '不是 CA 证书',
  wrongKind: '的密钥类型不符',
  notAKey: '不是有效的私钥',
  otherKey: '不是该证书的私钥',
  unwritable: '无法写入',
} as const satisfies TextsLike<typeof en>
