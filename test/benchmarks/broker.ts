import { randomBytes } from 'node:crypto'
import type { Campaign } from '#shared/schema.ts'
import { isShort } from './length.ts'
import { mosquittoVersion, type Peer, withMosquitto } from './mosquitto.ts'
import { type Crowd, noticeTopic, portOf, progressTopic, register, withCrowd } from './mqtt-crowd.ts'
import type { LoadClient, MqttResult } from './mqtt-load.ts'
import { table, usage, withStation } from './scratch.ts'

const DEVICES = isShort ? 20 : 5000
const AT_ONCE = 100
const RATES = isShort ? [100] : [2000, 5000]
const SECONDS = isShort ? 0.5 : 10

/** About as long as a notice of SagooIOT's protocol. */
const NOTICE = JSON.stringify({ code: '1000', data: { filler: 'x'.repeat(420) }, id: 1, message: 'success' })
const REPORT = JSON.stringify({ id: '1', params: { step: 'STEP', desc: '', module: '' } })

/** What one broker took: the order's result and the CPU seconds of the broker meanwhile. */
interface Taken extends MqttResult {
  readonly cpuSeconds: number
  /** Milliseconds until the first and the last device heard. */
  readonly untilFirst: number
  readonly untilLast: number
}

type Figures = Readonly<Record<'connect' | 'tell', Taken>> & { readonly report: readonly Taken[] }

const measured = async (pid: number, work: () => Promise<MqttResult>): Promise<Taken> => {
  const before = usage(pid).cpuSeconds
  const began = performance.timeOrigin + performance.now()
  const result = await work()
  return {
    ...result,
    cpuSeconds: usage(pid).cpuSeconds - before,
    untilFirst: result.first - began,
    untilLast: result.last - began,
  }
}

/** The same three loads on any broker; `tell` is what lets it send one message to each device. */
const measure = (port: number, pid: number, clients: readonly LoadClient[], tell: () => Promise<unknown>) =>
  withCrowd(async (crowd: Crowd): Promise<Figures> => {
    const connect = await measured(pid, () => crowd.order({ do: 'connect', port, clients, atOnce: AT_ONCE }))
    const { heard } = await crowd.listen()
    const told = await measured(pid, async () => {
      await tell()
      return heard
    })
    const topics = clients.map(({ clientId }) => progressTopic(clientId))
    const report: Taken[] = []
    for (const perSecond of RATES)
      report.push(
        await measured(pid, () => crowd.order({ do: 'report', topics, payload: REPORT, perSecond, seconds: SECONDS })),
      )
    return { connect, tell: told, report }
  })

const ofMosquitto = ({ port, pid }: Peer): Promise<Figures> => {
  const clients = Array.from({ length: DEVICES }, (_, n): LoadClient => {
    const name = `d-${n}`
    return { clientId: name, username: name, password: name, topic: noticeTopic(name) }
  })
  const publisher: LoadClient = { clientId: 'publisher', username: 'p', password: 'p', topic: '' }
  return withCrowd(async (teller) => {
    await teller.order({ do: 'connect', port, clients: [publisher], atOnce: 1 })
    const topics = clients.map(({ topic }) => topic)
    return measure(port, pid, clients, () => teller.order({ do: 'tell', topics, payload: NOTICE }))
  })
}

const ofStation = (): Promise<Figures> =>
  withStation(async (station) => {
    const clients = await register(station, DEVICES, randomBytes(1000))
    const figures = await measure(portOf(station.ready.mqtt), station.child.pid ?? 0, clients, () =>
      station.call('POST', '/campaigns', { packageId: 1, name: 'bench' }),
    )
    const { counts } = await station.call<Campaign>('GET', '/campaigns/1')
    // Each device has reported, and what was acknowledged is in its job.
    if (counts.downloading !== DEVICES) throw new Error(`the reports led to ${JSON.stringify(counts)}`)
    return figures
  })

const ratio = (ours: number, peer: number | undefined): string => (peer ? (ours / peer).toFixed(2) : '-')
const cpu = ({ cpuSeconds }: Taken, each: number): string => `${((cpuSeconds / each) * 1e6).toFixed(0)} µs`
const limit = (taken: Taken, share = 0.9): string => (taken.share >= share ? `yes, ${taken.share.toFixed(2)}` : 'no')

const row = (
  what: string,
  value: (taken: Taken) => number,
  unit: string,
  each: (taken: Taken) => number,
  ours: Taken,
  peer: Taken | undefined,
): readonly string[] => [
  what,
  peer ? `${value(peer).toFixed(0)} ${unit}` : '-',
  `${value(ours).toFixed(0)} ${unit}`,
  ratio(value(ours), peer && value(peer)),
  peer ? cpu(peer, each(peer)) : '-',
  cpu(ours, each(ours)),
  limit(ours),
]

/** The station's own broker beside mosquitto: the same devices, in a process of their own, one broker after the other. */
export const bench = async (): Promise<string> => {
  const peer = await withMosquitto(ofMosquitto)
  const ours = await ofStation()
  const all = (): number => DEVICES
  const count = DEVICES.toLocaleString('en')
  const rows = [
    row(`connect and subscribe, ${count}`, ({ seconds }) => DEVICES / seconds, '/s', all, ours.connect, peer?.connect),
    row(`one notice to each of ${count}: the first`, ({ untilFirst }) => untilFirst, 'ms', all, ours.tell, peer?.tell),
    row('the last', ({ untilLast }) => untilLast, 'ms', all, ours.tell, peer?.tell),
  ]
  for (const [n, perSecond] of RATES.entries()) {
    const taken = ours.report[n] as Taken
    const other = peer?.report[n]
    const sent = ({ messages }: Taken): number => messages
    const what = `QoS 1 reports, ${perSecond.toLocaleString('en')}/s`
    rows.push(
      row(`${what}: acknowledged`, ({ messages, seconds }) => messages / seconds, '/s', sent, taken, other),
      row('median', ({ median }) => median, 'ms', sent, taken, other),
      row('p99', ({ p99 }) => p99, 'ms', sent, taken, other),
      row('percent of a core', (one) => (one.cpuSeconds / one.seconds) * 100, '%', sent, taken, other),
    )
  }
  return table(
    `The broker beside ${mosquittoVersion()}, whose reports nobody reads and nothing keeps`,
    ['what', 'mosquitto', 'station', 'ratio', 'mosquitto CPU each', 'station CPU each', 'devices were the limit'],
    rows,
  )
}
