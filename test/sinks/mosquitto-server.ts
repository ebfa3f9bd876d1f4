import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { findProgram, freePort, run, startUntil } from '../broker/programs.ts'
import { until } from '../helpers/until.ts'

const mosquitto = findProgram('mosquitto')
const passwords = findProgram('mosquitto_passwd')
export const hasMosquitto = mosquitto !== undefined && passwords !== undefined
export const needsMosquitto = hasMosquitto ? '' : ' (needs the Debian package mosquitto)'

/** Debian's mosquitto on a free port of loopback, with user `ota` who may publish below `ota-bench/` alone, and a subscriber that misses nothing. */
export const createMosquitto = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ota-bench-mosquitto-'))
  const port = await freePort()
  const file = (name: string) => join(folder, name)
  await run(passwords ?? '', ['-c', '-b', file('passwords'), 'ota', 'tester-password'])
  writeFileSync(file('acl'), 'user ota\ntopic readwrite ota-bench/#\n')
  writeFileSync(
    file('mosquitto.conf'),
    [
      `listener ${port} 127.0.0.1`,
      'user root',
      'allow_anonymous false',
      `password_file ${file('passwords')}`,
      `acl_file ${file('acl')}`,
      'persistence true',
      `persistence_location ${folder}/`,
      // Saved at an orderly end alone: what a killed broker had acknowledged has reached the subscriber's socket before.
      'autosave_interval 0',
      'max_inflight_messages 0',
      'max_queued_messages 0',
    ].join('\n'),
  )
  const messages: { readonly topic: string; readonly payload: string }[] = []
  let child: ChildProcess | undefined
  let subscriber: MqttClient | undefined
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const closed = once(child, 'close')
    child.kill(signal)
    await closed
  }
  const launch = async (): Promise<void> => {
    child = await until(
      () => startUntil(mosquitto ?? '', ['-v', '-c', file('mosquitto.conf')], 'running').catch(() => undefined),
      (started) => started !== undefined,
    )
  }
  return {
    port,
    messages,
    url: (user = 'ota', password = 'tester-password') => `mqtt://${user}:${password}@127.0.0.1:${port}`,
    async start(): Promise<void> {
      await launch()
      if (subscriber) return
      subscriber = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
        username: 'ota',
        password: 'tester-password',
        clientId: 'subscriber',
        clean: false,
        reconnectPeriod: 50,
      })
      subscriber.on('message', (topic, payload) => messages.push({ topic, payload: payload.toString() }))
      await subscriber.subscribeAsync('ota-bench/#', { qos: 1 })
      // An orderly end saves the subscription, which a killed broker then still has.
      await stop('SIGTERM')
      await launch()
      await this.listening()
    },
    kill: () => stop('SIGKILL'),
    /** Resolves when the subscriber is connected again. */
    listening: () =>
      until(
        () => subscriber?.connected,
        (connected) => connected === true,
      ),
    async close(): Promise<void> {
      await subscriber?.endAsync(true)
      await stop('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
