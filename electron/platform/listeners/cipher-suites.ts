/** How a suite authenticates the server and agrees on a key. */
type Use = 'ecdsa' | 'rsa' | 'static-rsa'

interface Suite {
  /** Number in the IANA registry TLS Cipher Suites. */
  readonly id: number
  /** Name in OpenSSL and BoringSSL. */
  readonly name: string
  readonly use: Use
}

/**
 * The TLS 1.2 suites that device ports serve, in order of preference. The `static-rsa` suites are last, so that only clients without
 * a better suite use them. A library skips suites that it does not know (BoringSSL: CBC with SHA-256).
 */
export const suites: readonly Suite[] = [
  { id: 0xc02b, name: 'ECDHE-ECDSA-AES128-GCM-SHA256', use: 'ecdsa' },
  { id: 0xc02c, name: 'ECDHE-ECDSA-AES256-GCM-SHA384', use: 'ecdsa' },
  { id: 0xcca9, name: 'ECDHE-ECDSA-CHACHA20-POLY1305', use: 'ecdsa' },
  { id: 0xc023, name: 'ECDHE-ECDSA-AES128-SHA256', use: 'ecdsa' },
  { id: 0xc024, name: 'ECDHE-ECDSA-AES256-SHA384', use: 'ecdsa' },
  { id: 0xc009, name: 'ECDHE-ECDSA-AES128-SHA', use: 'ecdsa' },
  { id: 0xc00a, name: 'ECDHE-ECDSA-AES256-SHA', use: 'ecdsa' },
  { id: 0xc02f, name: 'ECDHE-RSA-AES128-GCM-SHA256', use: 'rsa' },
  { id: 0xc030, name: 'ECDHE-RSA-AES256-GCM-SHA384', use: 'rsa' },
  { id: 0xcca8, name: 'ECDHE-RSA-CHACHA20-POLY1305', use: 'rsa' },
  { id: 0xc027, name: 'ECDHE-RSA-AES128-SHA256', use: 'rsa' },
  { id: 0xc028, name: 'ECDHE-RSA-AES256-SHA384', use: 'rsa' },
  { id: 0xc013, name: 'ECDHE-RSA-AES128-SHA', use: 'rsa' },
  { id: 0xc014, name: 'ECDHE-RSA-AES256-SHA', use: 'rsa' },
  { id: 0x009c, name: 'AES128-GCM-SHA256', use: 'static-rsa' },
  { id: 0x009d, name: 'AES256-GCM-SHA384', use: 'static-rsa' },
  { id: 0x003c, name: 'AES128-SHA256', use: 'static-rsa' },
  { id: 0x003d, name: 'AES256-SHA256', use: 'static-rsa' },
  { id: 0x002f, name: 'AES128-SHA', use: 'static-rsa' },
  { id: 0x0035, name: 'AES256-SHA', use: 'static-rsa' },
]

/** TLS 1.3 suites, which do not determine the certificate. Node disables TLS 1.3 when the list contains none of them. */
const suites13 = [
  { id: 0x1301, name: 'TLS_AES_128_GCM_SHA256' },
  { id: 0x1302, name: 'TLS_AES_256_GCM_SHA384' },
  { id: 0x1303, name: 'TLS_CHACHA20_POLY1305_SHA256' },
] as const

export const isTls13Suite = (id: number): boolean => suites13.some((suite) => suite.id === id)

/** The `ciphers` option of a context with a certificate of that kind. */
export const cipherList = (key: 'ec' | 'rsa', staticRsa: boolean): string => {
  const wanted = (use: Use): boolean =>
    key === 'ec' ? use === 'ecdsa' : use === 'rsa' || (use === 'static-rsa' && staticRsa)
  return [...suites13, ...suites.filter(({ use }) => wanted(use))].map(({ name }) => name).join(':')
}

/** Numbers of the suites that this process's library supports, by use. @param known names, in any case (`tls.getCiphers()`). */
export const servable = (known: readonly string[]): Readonly<Record<Use, ReadonlySet<number>>> => {
  const names = new Set(known.map((name) => name.toUpperCase()))
  const of = (wanted: Use): ReadonlySet<number> =>
    new Set(suites.filter(({ name, use }) => use === wanted && names.has(name)).map(({ id }) => id))
  return { ecdsa: of('ecdsa'), rsa: of('rsa'), 'static-rsa': of('static-rsa') }
}
