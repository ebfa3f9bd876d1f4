import { X509Certificate } from 'node:crypto'
import { DomainError } from '#shared/errors.ts'
import { phrase } from '#shared/phrase.ts'
import type { AuthorityProblem, StationAuthority } from '#shared/schema.ts'
import { answerText } from '../http/answers.ts'
import type { Route } from '../http/router.ts'
import type { Certificates } from './authority.ts'
import type { CertificateKeeper } from './certificate-keeper.ts'

const describe = (pem: string) => {
  const certificate = new X509Certificate(pem)
  return {
    pem,
    subject: certificate.subject.replaceAll('\n', ', '),
    fingerprint: certificate.fingerprint256,
    validFrom: certificate.validFromDate.toISOString(),
    validTo: certificate.validToDate.toISOString(),
  }
}

/** The error of an authority that cannot be used; `data.file` names the faulty file. */
export const unusable = (problems: readonly AuthorityProblem[]): DomainError => {
  // An expired certificate does not keep TLS off.
  const damaged = problems.filter(({ at }) => at === null)
  const worst = damaged.find(({ served }) => !served) ?? damaged[0]
  const file = worst?.file ? `tls/${worst.file}` : 'tls'
  const detail = worst?.detail
  return new DomainError('CA_UNUSABLE', {
    file,
    problem: worst?.problem,
    ...(detail && { system: phrase('language.inBrackets', { text: detail }) }),
  })
}

/** The contents of the authorities' certificates, for users and programs. @throws CA_UNUSABLE. */
export const describeAuthority = (
  keeper: Pick<CertificateKeeper, 'current' | 'addresses' | 'problems'>,
): StationAuthority => {
  const { rsa, ec } = keeper.current?.authorities ?? {}
  const handedOut = rsa ?? ec
  if (!handedOut) throw unusable(keeper.problems())
  return { ...describe(handedOut.certPem), ec: ec ? describe(ec.certPem) : null, addresses: [...keeper.addresses] }
}

/** While the RSA authority is damaged, the EC one is used, because it is the only one that devices can use then. */
const handedOutOf = ({ authorities }: Certificates): string | undefined => (authorities.rsa ?? authorities.ec)?.certPem
const ecOf = ({ authorities }: Certificates): string | undefined => authorities.ec?.certPem
const pem = { type: 'application/x-pem-file', body: (text: string) => Buffer.from(text) }
const der = { type: 'application/x-x509-ca-cert', body: (text: string) => new X509Certificate(text).raw }

/** A client without elliptic curves cannot even parse the EC authority's certificate, so the RSA authority has the plain names. */
const files = {
  '/ca.pem': { of: handedOutOf, ...pem },
  '/ca.crt': { of: handedOutOf, ...der },
  '/ca-ec.pem': { of: ecOf, ...pem },
  '/ca-ec.crt': { of: ecOf, ...der },
} as const

/**
 * Serves the authorities' certificates to devices over plain HTTP, without a token, because they are not secret: as PEM, and as
 * DER, which phones and Windows open.
 */
export const certificateRoutes = (keeper: Pick<CertificateKeeper, 'current'>): Route[] =>
  Object.entries(files).map(([path, { of, type, body }]) => ({
    prefix: path,
    takes: (wanted) => wanted === path,
    handle: (request, response) => {
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return answerText(response, 405, 'Only GET and HEAD are served here.', { Allow: 'GET, HEAD' })
      const text = keeper.current && of(keeper.current)
      if (text === undefined)
        return answerText(
          response,
          503,
          'The certificate authority of this station cannot be used. Its settings say why and what to do.',
        )
      const bytes = body(text)
      response.writeHead(200, {
        'Content-Type': type,
        'Content-Length': bytes.length,
        'Content-Disposition': `attachment; filename="ota-bench-${path.slice(1)}"`,
      })
      response.end(request.method === 'HEAD' ? undefined : bytes)
    },
  }))
