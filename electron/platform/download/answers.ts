import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** Answers with a short text that says what to do. Bodies of devices are not waited for: such a connection is closed. */
export const answerText = (
  response: ServerResponse,
  status: number,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void => {
  const body = Buffer.from(`${text}\n`)
  const hasBody = response.req.headers['content-length'] ?? response.req.headers['transfer-encoding']
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
    ...(hasBody !== undefined && { Connection: 'close' }),
    ...headers,
  })
  response.end(body)
}

/** `Content-Disposition` (RFC 6266 §4.3): a plain name every parser reads, and the true one beside it where they differ. */
export const contentDisposition = (name: string): string => {
  const plain = name.replace(/[^A-Za-z0-9 ._+()@,=~#&-]/gu, '_')
  const exact = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  )
  return `attachment; filename="${plain}"${plain === name ? '' : `; filename*=UTF-8''${exact}`}`
}
