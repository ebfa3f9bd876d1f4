import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import pino, { type Logger } from 'pino'
import { onTestFinished } from 'vitest'
import WebSocket from 'ws'
import type { Contract } from '#shared/contract.ts'
import type { StationOptions } from '../../electron/options.ts'
import type { Clock } from '../../electron/platform/basics/clock.ts'
import { type ServedStation, startStation } from '../../electron/process/start-station.ts'
import { createAwakeClock } from './awake-clock.ts'

export type Client = ContractRouterClient<Contract>

/** A whole station in this process, on free ports, with a data directory of its own; gone when the test is. */
export interface TestStation {
  readonly ready: ServedStation['ready']
  readonly directory: string
  readonly mqttUrl: string
  /** Typed calls over a real WebSocket. */
  readonly client: Client
  /** Serves a port as that of a desktop window. */
  readonly upgradePort: ServedStation['upgradePort']
  /** A REST call with the token; the answer's JSON and status. */
  rest(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: Record<string, unknown> }>
  /** Uploads a file's bytes and makes a package of it. */
  addPackage(input: {
    productId: number
    name: string
    version: string
    module?: string
    verify?: boolean
    signMethod?: 'MD5' | 'SHA256'
    bytes?: Buffer
    fileName?: string
  }): ReturnType<Client['packages']['create']>
  stop(): Promise<void>
}

const quiet = pino({ level: 'silent' })

/**
 * Starts a station; with `directory`, on data that is there already; with `clock`, on the test's own time, else on the
 * machine's as far as we get to run. It logs nowhere unless told otherwise.
 */
export const startTestStation = async (
  options: Partial<StationOptions> & { directory?: string; clock?: Clock; logger?: Logger } = {},
): Promise<TestStation> => {
  const { directory: given, clock = createAwakeClock(), logger = quiet, ...more } = options
  const directory = given ?? mkdtempSync(join(tmpdir(), 'station-'))
  const station = await startStation(
    {
      data: directory,
      host: '127.0.0.1',
      mqttPort: 0,
      mqttsPort: 0,
      httpPort: 0,
      httpsPort: 0,
      uiHost: '127.0.0.1',
      uiPort: 0,
      token: 'test-token',
      tls: false,
      demo: false,
      resetPin: false,
      setAside: false,
      ...more,
    },
    { logger, version: '0.0.0-test', startedAt: Date.now(), clock },
  )
  const { ready } = station
  const socket = new WebSocket(`${ready.api.replace('http', 'ws').replace('/api/v1', '')}/rpc?token=${ready.token}`)
  const client: Client = createORPCClient(new RPCLink({ websocket: socket }))
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      socket.terminate()
      await station.stop()
    })()
    return stopped
  }
  onTestFinished(async () => {
    await stop()
    if (!given) rmSync(directory, { recursive: true, force: true })
  })
  const authorization = {
    Authorization: `Bearer ${ready.token}`,
    // The station shares this thread: while a test holds it, the station's limit for a kept connection passes unseen, and the next request on it meets a reset.
    Connection: 'close',
  }
  return {
    ready,
    directory,
    mqttUrl: ready.mqtt,
    client,
    upgradePort: station.upgradePort,
    stop,
    async rest(method, path, body, headers = {}) {
      const response = await fetch(`${ready.api}${path}`, {
        method,
        headers: {
          ...authorization,
          ...(body === undefined || body instanceof FormData ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: body instanceof FormData || typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      return {
        status: response.status,
        body: (text.startsWith('{') ? JSON.parse(text) : { text }) as Record<string, unknown>,
      }
    },
    async addPackage({ bytes = Buffer.alloc(4096, 7), fileName = 'firmware.bin', ...input }) {
      const response = await fetch(`${ready.api}/uploads`, {
        method: 'POST',
        headers: { ...authorization, 'X-File-Name': encodeURIComponent(fileName) },
        body: new Uint8Array(bytes),
      })
      const upload = (await response.json()) as { id: string }
      return client.packages.create({ ...input, uploads: [upload.id] })
    },
  }
}
