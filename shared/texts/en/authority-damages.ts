/** What is wrong with a file of a certificate authority, after its name: `tls/ca.key` … */
export const authorityDamages = {
  missing: 'is missing',
  unreadable: 'cannot be read',
  notACertificate: 'is not a valid certificate',
  notAnAuthority: 'is not the certificate of a CA',
  wrongKind: 'has a key of another kind',
  notAKey: 'is not a valid private key',
  otherKey: 'is the key of another certificate',
  unwritable: 'cannot be written',
} as const
