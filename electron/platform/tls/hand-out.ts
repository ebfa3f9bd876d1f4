import { X509Certificate } from 'node:crypto'
import type { StationAuthority } from '#shared/schema.ts'
import { answerText } from '../download/answers.ts'
import type { Route } from '../download/router.ts'
import type { Certificates } from './follow.ts'

/** What the authority's certificate says, for people and programs. */
export const describeAuthority = ({
  current,
  addresses,
}: Pick<Certificates, 'current' | 'addresses'>): StationAuthority => {
  const certificate = new X509Certificate(current.caPem)
  return {
    pem: current.caPem,
    subject: certificate.subject.replaceAll('\n', ', '),
    fingerprint: certificate.fingerprint256,
    validFrom: certificate.validFromDate.toISOString(),
    validTo: certificate.validToDate.toISOString(),
    addresses: [...addresses],
  }
}

/**
 * Hands the authority's certificate to devices on the plain side, without a token, as it is no secret: `/ca.pem` (PEM) and
 * `/ca.crt` (DER, what phones and Windows open).
 */
export const certificateRoutes = (certificates: Pick<Certificates, 'current'>): Route[] => {
  const files = {
    '/ca.pem': { type: 'application/x-pem-file', body: (pem: string) => Buffer.from(pem) },
    '/ca.crt': { type: 'application/x-x509-ca-cert', body: (pem: string) => new X509Certificate(pem).raw },
  } as const
  return Object.entries(files).map(([path, { type, body }]) => ({
    prefix: path,
    takes: (wanted) => wanted === path,
    handle: (request, response) => {
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return answerText(response, 405, 'Only GET and HEAD are served here.', { Allow: 'GET, HEAD' })
      const bytes = body(certificates.current.caPem)
      response.writeHead(200, {
        'Content-Type': type,
        'Content-Length': bytes.length,
        'Content-Disposition': `attachment; filename="ota-bench-${path.slice(1)}"`,
      })
      response.end(request.method === 'HEAD' ? undefined : bytes)
    },
  }))
}
