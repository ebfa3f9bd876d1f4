import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'

/** A certificate and its private key (PKCS #8), PEM. */
export interface Certified {
  readonly certPem: string
  readonly keyPem: string
}

const DAY = 86_400_000
/** A certificate is made again this long before it ends. */
export const RENEW_BEFORE = 30 * DAY

/** Reads `{name}.pem` and `{name}.key`; undefined when one is missing. Other errors are the system's own. */
export const read = async (directory: string, name: string): Promise<Certified | undefined> => {
  try {
    const [certPem, keyPem] = await Promise.all([
      readFile(join(directory, `${name}.pem`), 'utf8'),
      readFile(join(directory, `${name}.key`), 'utf8'),
    ])
    return { certPem, keyPem }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** The certificate, if it is one, belongs to its key and is valid for some time to come. */
const usable = ({ certPem, keyPem }: Certified, now: number): X509Certificate | undefined => {
  try {
    const certificate = new X509Certificate(certPem)
    const inTime = certificate.validFromDate.getTime() <= now && now < certificate.validToDate.getTime() - RENEW_BEFORE
    return inTime && certificate.checkPrivateKey(createPrivateKey(keyPem)) ? certificate : undefined
  } catch {
    return undefined
  }
}

/** Whether an authority can go on issuing. */
export const mayIssue = (ca: Certified, now: number): boolean => usable(ca, now)?.ca === true

/** Whether a server certificate is the authority's, still good, and for exactly these names and addresses. */
export const covers = (server: Certified, ca: Certified, addresses: readonly string[], now: number): boolean => {
  const certificate = usable(server, now)
  if (!certificate?.verify(new X509Certificate(ca.certPem).publicKey)) return false
  const named = certificate.subjectAltName?.split(', ').length ?? 0
  return (
    named === new Set(addresses).size &&
    addresses.every((address) => (isIP(address) ? certificate.checkIP(address) : certificate.checkHost(address)))
  )
}
