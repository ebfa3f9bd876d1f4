import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Device } from '#shared/schema.ts'
import type { StationProcess } from '../helpers/station-process.ts'
import type { LoadClient, MqttOrder, MqttResult } from './mqtt-load.ts'

export interface Crowd {
  /** Gives the order and waits until it is carried out. */
  order(order: MqttOrder): Promise<MqttResult>
  /** Begins to listen; resolves with what to wait for once it does. */
  listen(): Promise<{ readonly heard: Promise<MqttResult> }>
}

/** Runs devices in a process of their own while `work` goes on. */
export const withCrowd = async <T>(work: (crowd: Crowd) => Promise<T>): Promise<T> => {
  const child = fork(join(import.meta.dirname, 'mqtt-load.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  const broke = exited.then(([code]) => {
    throw new Error(`the devices' process ended with ${code}`)
  })
  broke.catch(() => undefined)
  const answer = async <A>(): Promise<A> => {
    const [message] = (await Promise.race([once(child, 'message'), broke])) as [A]
    return message
  }
  try {
    return await work({
      order(order) {
        const answered = answer<MqttResult>()
        child.send(order)
        return answered
      },
      async listen() {
        const listening = answer<string>()
        child.send({ do: 'listen' } satisfies MqttOrder)
        await listening
        return { heard: answer<MqttResult>() }
      },
    })
  } finally {
    if (child.connected) child.send({ do: 'end' } satisfies MqttOrder)
    await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 5000))])
    child.kill('SIGKILL')
    await exited
  }
}

/** A product of SagooIOT's protocol with a package, and devices registered through the API. */
export const register = async (station: StationProcess, count: number, image: Uint8Array): Promise<LoadClient[]> => {
  await station.call('POST', '/products', { name: 'bench', key: 'bench', protocol: 'sagoo' })
  const uploads = [await station.upload('bench.bin', image)]
  await station.call('POST', '/packages', { productId: 1, name: 'bench', version: '2.0.0', uploads })
  const csv = Array.from({ length: count }, (_, n) => `d-${n}`).join('\n')
  await station.call('POST', '/devices/import', { productId: 1, csv })
  const clients: LoadClient[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: Device[]; nextCursor: string | null } = await station.call(
      'GET',
      `/devices?limit=1000&cursor=${cursor}`,
    )
    for (const { name, secret } of page.items)
      clients.push({ clientId: name, username: `${name}&bench`, password: secret, topic: noticeTopic(name) })
    cursor = page.nextCursor
  }
  return clients
}

export const noticeTopic = (name: string): string => `/ota/device/upgrade/bench/${name}`
export const progressTopic = (name: string): string => `/ota/device/progress/bench/${name}`

export const portOf = (url: string | null): number => Number(new URL(url ?? 'none://x').port)
