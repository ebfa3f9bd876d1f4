import { get } from 'node:http'
import type { AtFetch } from './at-module.ts'

/** Fetches pieces by HTTP as a module does: one connection for each, with Range, no compression, no redirects. */
export const httpFetch: AtFetch = (url, start, end) =>
  new Promise((resolve, reject) => {
    const request = get(url, { headers: { Range: `bytes=${start}-${end - 1}` }, agent: false }, (answer) => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.on('error', reject)
      answer.on('end', () => {
        const bytes = Buffer.concat(pieces)
        const total = Number(/\/(\d+)$/.exec(answer.headers['content-range'] ?? '')?.[1] ?? bytes.length)
        resolve({ status: answer.statusCode ?? 0, bytes, total })
      })
    })
    request.on('error', reject)
  })
