import type { Language } from './languages.ts'
import type { AuthorityProblem } from './schema/station.ts'

/** What is wrong with a file of a certificate authority, after its name: `tls/ca.key` … */
const damages: Readonly<Partial<Record<AuthorityProblem['problem'], Readonly<Record<Language, string>>>>> = {
  missing: { zh: '不存在', en: 'is missing' },
  unreadable: { zh: '无法读取', en: 'cannot be read' },
  notACertificate: { zh: '不是有效的证书', en: 'is not a valid certificate' },
  notAnAuthority: { zh: '不是 CA 证书', en: 'is not the certificate of a CA' },
  wrongKind: { zh: '的密钥类型不符', en: 'has a key of another kind' },
  notAKey: { zh: '不是有效的私钥', en: 'is not a valid private key' },
  otherKey: { zh: '不是该证书的私钥', en: 'is the key of another certificate' },
  unwritable: { zh: '无法写入', en: 'cannot be written' },
}

/** What is wrong with an authority's file, in words that follow its name; undefined where it is a matter of time. */
export const damageText = (problem: string, language: Language): string | undefined =>
  Object.hasOwn(damages, problem) ? damages[problem as keyof typeof damages]?.[language] : undefined
