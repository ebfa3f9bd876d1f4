import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { StartFailure } from '../../electron/platform/basics/start-failure.ts'
import { asListenFailure, type ListenAddress } from '../../electron/station/ready-line.ts'

const listen = (port: number, host: string): Promise<unknown> =>
  new Promise((resolve) => {
    const server = createServer()
    server.on('error', resolve)
    server.listen(port, host, () => server.close(resolve))
  })

it('a port in use is told by port, address and option', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const bound = taken.address()
  const port = typeof bound === 'object' && bound ? bound.port : 0
  const address: ListenAddress = { option: '--mqtt-port', host: '127.0.0.1', port }
  const error = asListenFailure(await listen(port, '127.0.0.1'), address)
  taken.close()
  expect(error).toBeInstanceOf(StartFailure)
  expect(error).toMatchObject({ code: 'PORT_IN_USE', data: address })
  expect(String(error)).toContain(`port ${port} on 127.0.0.1`)
  expect(String(error)).toContain('--mqtt-port')
})

it('an address that is not ours points to the option of the address', async () => {
  // RFC 5737 section 3: TEST-NET-1, assigned to nobody
  const error = asListenFailure(await listen(0, '192.0.2.1'), { option: '--ui-port', host: '192.0.2.1', port: 0 })
  expect(String(error)).toContain('--ui-host')
})

it('a forbidden port says how to allow it', () => {
  const error = asListenFailure(Object.assign(new Error('x'), { code: 'EACCES' }), {
    option: '--http-port',
    host: '0.0.0.0',
    port: 80,
  })
  expect(String(error)).toMatch(/ip_unprivileged_port_start=80.*authbind.*setcap/)
})

it('any other error stays what it is', () => {
  const error = new Error('other')
  expect(asListenFailure(error, { option: '--ui-port', host: '::', port: 1 })).toBe(error)
})
