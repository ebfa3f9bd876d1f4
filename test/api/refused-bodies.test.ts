import { connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { startTestStation } from '../helpers/station.ts'

const MB = 1024 * 1024
const LENGTH = 24 * MB

it.each([
  ['a file as a body', '/uploads', 'application/octet-stream', ''],
  [
    'a file in a form',
    '/packages',
    'multipart/form-data; boundary=b',
    '--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n',
  ],
])('whose sender is refused in the middle of %s reads why, and may send the rest', async (_what, path, type, begin) => {
  const station = await startTestStation()
  await station.client.station.updateSettings({ maxPackageBytes: MB })
  const { hostname, port } = new URL(station.ready.api)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  const faults: Error[] = []
  socket.on('error', (error) => faults.push(error))
  let answer = ''
  const answered = Promise.withResolvers<void>()
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text
    if (answer.endsWith('}')) answered.resolve()
  })
  const closed = new Promise((resolve) => socket.once('close', resolve))
  const send = (bytes: string | Buffer) => new Promise((resolve) => socket.write(bytes, resolve))
  await send(
    `POST /api/v1${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer test-token\r\n` +
      `X-File-Name: a.bin\r\nContent-Type: ${type}\r\nContent-Length: ${LENGTH + begin.length}\r\n\r\n${begin}`,
  )
  for (let sent = 0; sent < LENGTH; sent += MB) {
    await send(Buffer.alloc(MB))
    // All that follows is sent in the face of the refusal.
    if (sent === 8 * MB) await Promise.race([answered.promise, closed])
  }
  await closed
  expect(faults).toEqual([])
  expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  expect(answer).toContain('PAYLOAD_TOO_LARGE')
})
