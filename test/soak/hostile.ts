import { setTimeout as pause } from 'node:timers/promises'
import mqtt from 'mqtt'
import type { ReadyInfo } from '../../electron/station/ready-line.ts'
import { descriptorsOf, linesByMessage, memoryOf } from '../faults/crowd.ts'
import { onceOnly } from '../helpers/mqtt-options.ts'
import { anyPorts, builtStation, launch, ready, scratch } from '../launch/launched.ts'
import { attacks } from './attacks.ts'
import type { Outcome } from './outcome.ts'

const DEVICES = 20
const REPORT_MS = 250
/** Milliseconds for the system to have back what was taken. */
const REST_MS = 120_000
const MB = 1024 * 1024

/** A device that reports again and again; what it was promised is counted. */
const honest = async (url: string, name: string) => {
  const client = await mqtt.connectAsync(url, { ...onceOnly, username: `${name}&field`, password: 'secret' }, false)
  const kept = { acknowledged: 0, dropped: false, isOver: false }
  client.on('error', () => undefined)
  client.once('close', () => {
    kept.dropped = !kept.isOver
  })
  const reports = (async () => {
    while (!kept.isOver && !kept.dropped) {
      const payload = `{"id":"1","params":{"version":"1.0.${kept.acknowledged}"}}`
      await client.publishAsync(`/ota/device/inform/field/${name}`, payload, { qos: 1 })
      kept.acknowledged += 1
      await pause(REPORT_MS)
    }
  })().catch(() => {
    kept.dropped = true
  })
  return {
    name,
    kept,
    async leave() {
      kept.isOver = true
      await reports
      await client.endAsync(true)
    },
  }
}

/** Milliseconds that a log-in with its first acknowledged report takes. */
const loginMs = async ({ mqtt: url }: ReadyInfo): Promise<number> => {
  const began = performance.now()
  const options = { ...onceOnly, username: 'newcomer&field', password: 'secret' }
  const client = await mqtt.connectAsync(url, options, false)
  await client.publishAsync('/ota/device/inform/field/newcomer', '{"id":"1","params":{"version":"1"}}', { qos: 1 })
  await client.endAsync(true)
  return Math.round(performance.now() - began)
}

/** Hostile load for some minutes beside devices that go on: what it costs, and whether all of it comes back. */
export const hostilePeers = async (minutes: number): Promise<Outcome> => {
  const lost: string[] = []
  using data = scratch()
  await using station = launch(
    process.execPath,
    ['--max-semi-space-size=4', builtStation, '--data', data.path, '--token', 't', ...anyPorts],
    { MALLOC_ARENA_MAX: '2' },
  )
  const info = await ready(station)
  const pid = station.child.pid ?? 0
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const headers = { Authorization: 'Bearer t' }
    const response = await fetch(`${info.api}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    return (await response.json()) as T
  }
  await ask('POST', '/products', { name: 'Field', key: 'field', protocol: 'sagoo' })
  const names = Array.from({ length: DEVICES }, (_, n) => `d${n}`)
  const csv = [...names, 'victim', 'newcomer'].map((name) => `${name},secret`).join('\n')
  await ask('POST', '/devices/import', { productId: 1, csv })
  const devices = await Promise.all(names.map((name) => honest(info.mqtt, name)))

  const logins: number[] = []
  let rounds = 0
  const round = async (): Promise<void> => {
    for (const attack of attacks) {
      const under = attack.run(info)
      await pause(300)
      logins.push(await loginMs(info).catch(() => Number.POSITIVE_INFINITY))
      await under
    }
    rounds += 1
  }
  // The first round compiles and fills what later ones use again.
  await round()
  await pause(REST_MS / 2)
  const before = { memory: await memoryOf(pid), descriptors: await descriptorsOf(pid) }
  let peak = before.memory
  const end = performance.now() + minutes * 60_000
  while (performance.now() < end) {
    await round()
    peak = Math.max(peak, await memoryOf(pid))
  }
  const afterwards = await loginMs(info)
  const rested = performance.now() + REST_MS
  let after = before
  do {
    await pause(1000)
    after = { memory: await memoryOf(pid), descriptors: await descriptorsOf(pid) }
  } while (performance.now() < rested && (after.memory > before.memory * 1.1 || after.descriptors > before.descriptors))

  for (const { name, kept } of devices) if (kept.dropped) lost.push(`the connection of ${name}`)
  const acknowledged = devices.reduce((sum, { kept }) => sum + kept.acknowledged, 0)
  await Promise.all(devices.map((device) => device.leave()))
  const { items } = await ask<{ items: { name: string; modules: { version: string }[] }[] }>(
    'GET',
    '/devices?limit=1000',
  )
  for (const { name, kept } of devices) {
    const shown = items.find((item) => item.name === name)?.modules[0]?.version
    // The last report may have been on its way.
    if (shown !== `1.0.${kept.acknowledged - 1}` && shown !== `1.0.${kept.acknowledged}`)
      lost.push(`a report of ${name}: it shows ${shown} after ${kept.acknowledged} acknowledged ones`)
  }
  if (after.memory > before.memory * 1.1) lost.push(`${Math.round((after.memory - before.memory) / MB)} MB of memory`)
  if (after.descriptors > before.descriptors) lost.push(`${after.descriptors - before.descriptors} descriptors`)
  if (afterwards > 1000) lost.push(`${afterwards} ms for an honest log-in afterwards`)
  const lines = linesByMessage(station.err())
  let written = 0
  for (const [message, at] of lines) {
    written += at.length
    const tooSoon = at.filter((time, n) => n > 0 && time - (at[n - 1] ?? 0) < 59_000)
    if (tooSoon.length > 0) lost.push(`the log's peace: "${message}" ${tooSoon.length} times within a minute`)
  }
  if (station.child.exitCode !== null) lost.push('the station itself')
  const sorted = logins.toSorted((left, right) => left - right)
  return {
    tried: [
      ...attacks.map(({ name }) => name),
      `in all ${rounds} rounds in ${minutes} minutes beside ${DEVICES} devices, which had ${acknowledged} reports acknowledged`,
      `memory ${Math.round(before.memory / MB)} MB before, ${Math.round(peak / MB)} at most, ${Math.round(after.memory / MB)} after; descriptors ${before.descriptors} and ${after.descriptors}`,
      `an honest log-in took ${sorted[Math.floor(sorted.length / 2)]} ms in the middle of it (${sorted.at(-1)} at worst) and ${afterwards} afterwards`,
      `${lines.size} messages in ${written} lines of the log`,
    ],
    lost,
  }
}
