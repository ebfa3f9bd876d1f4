import { existsSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import mqtt from 'mqtt'
import { expect, it, onTestFinished } from 'vitest'
import { run } from '../helpers/program.ts'
import { until } from '../helpers/until.ts'
import { anyPorts, builtStation, launch, ready, scratch } from '../launch/launched.ts'
import { closed, descriptorsOf, linesByMessage } from './crowd.ts'

const canLimit = process.platform === 'linux' && existsSync('/usr/bin/prlimit')

/** From then on the process can open nothing: no file, no socket, no program. */
const allow = (pid: number, descriptors: number) =>
  run('prlimit', ['--pid', String(pid), `--nofile=${descriptors}:20000`])

/** A caller whose connection is open before it asks. */
const keptOpen = () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  return (method: string, url: URL | string, body?: string): Promise<{ status: number; text: string }> =>
    new Promise((resolve) => {
      const headers = { Authorization: 'Bearer t', 'X-File-Name': 'a.bin' }
      const asked = request(url, { agent, method, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk))
        response.on('close', () => resolve({ status: response.statusCode ?? 0, text }))
      })
      asked.on('error', () => resolve({ status: 0, text: '' }))
      asked.end(body)
    })
}

it.skipIf(!canLimit)(
  'survives that nothing can be opened any more, says so, and goes on when there is room again',
  async () => {
    using data = scratch()
    await using station = launch(process.execPath, [builtStation, '--data', data.path, '--token', 't', ...anyPorts])
    onTestFinished(() => void station.child.kill('SIGKILL'))
    const { api, ui, http, mqtt: mqttUrl } = await ready(station)
    const pid = station.child.pid ?? 0
    const page = new URL('/', ui)
    const setUp = keptOpen()
    await setUp('POST', `${api}/products`, JSON.stringify({ name: 'Field', key: 'field', protocol: 'sagoo' }))
    await setUp('POST', `${api}/devices/import`, JSON.stringify({ productId: 1, csv: 'first,secret\nsecond,secret' }))
    const login = (name: string) =>
      mqtt.connectAsync(mqttUrl, { username: `${name}&field`, password: 'secret', reconnectPeriod: 0 }, false)
    const device = await login('first')
    onTestFinished(async () => {
      await device.endAsync(true)
    })
    let isGone = false
    device.once('close', () => {
      isGone = true
    })
    const report = (version: string) =>
      device.publishAsync('/ota/device/inform/field/first', JSON.stringify({ id: '1', params: { version } }), {
        qos: 1,
      })

    // One connection for each question: an answer that breaks off costs its connection.
    const questions: [method: string, url: string][] = [
      ['GET', page.href],
      ['GET', `${api}/station`],
      ['GET', `${api}/devices`],
      ['GET', `${api}/ports`],
      ['GET', `${api}/docs`],
      ['POST', `${api}/uploads`],
      ['GET', `${http}/ca.pem`],
      ['GET', `${http}/ota/none`],
    ]
    const callers = await Promise.all(
      questions.map(async ([method, url]) => {
        const ask = keptOpen()
        await ask('GET', url.startsWith(http) ? `${http}/ca.pem` : `${api}/station`)
        return () => ask(method, url, method === 'POST' ? 'bytes' : undefined)
      }),
    )
    const before = await descriptorsOf(pid)
    await allow(pid, 5)
    const answers = await Promise.all(callers.map((ask) => ask()))
    // What needs no file is answered.
    expect(answers[2]?.status).toBe(200)
    expect(answers[6]?.status).toBe(200)
    expect(answers[5]?.status).toBe(503)
    await report('1.1.0')
    // Nobody can come in: turned away or left waiting, as the system has it.
    const stranger = connect(Number(new URL(mqttUrl).port), '127.0.0.1')
    stranger.on('error', () => undefined)
    stranger.resume()
    await until(
      () => station.err(),
      (log) => /EMFILE/.test(log),
    )
    // The list of ports is looked at once a second.
    for (let round = 0; round < 3; round += 1) await report(`1.2.${round}`)

    await allow(pid, 20_000)
    stranger.destroy()
    await closed(stranger)
    expect(isGone).toBe(false)
    expect(station.child.exitCode).toBeNull()
    const again = await login('second')
    await again.endAsync(true)
    const fresh = keptOpen()
    for (const [method, url] of questions.slice(0, 5)) expect((await fresh(method, url)).status).toBe(200)
    expect((await fresh('POST', `${api}/uploads`, 'bytes')).status).toBe(200)
    for (const times of linesByMessage(station.err()).values()) expect(times.length).toBeLessThanOrEqual(2)
    await until(
      () => descriptorsOf(pid),
      (count) => count <= before,
    )
  },
)
