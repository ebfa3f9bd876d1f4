import mqtt, { type MqttClient } from 'mqtt'
import type { Notice } from '../helpers/device.ts'
import { onceOnly } from '../helpers/mqtt-options.ts'

/** One run of the station: where it is, and when it is gone. */
export interface StationLife {
  readonly mqttUrl: string
  readonly gone: AbortSignal
  /** A report was acknowledged. */
  acknowledged(): void
}

const FAILING_STEP = -4

/**
 * A device that goes on where it was whenever the station comes back, and keeps book of what the station acknowledged. Its
 * version and the upgrade it is in outlive the station, as they would in its flash.
 */
export class FieldDevice {
  readonly name: string
  readonly #random: () => number
  #version = '1.0.0'
  /** What it upgrades to, and how far it is. */
  #upgrade: { readonly target: string; readonly plan: number[] } | undefined
  /** The last version whose report was acknowledged, and later ones whose report may or may not have arrived. */
  acknowledgedVersion: string | undefined
  readonly perhaps = new Set<string>()
  /** Targets whose failure, or whose installed version, was acknowledged. */
  readonly failed = new Set<string>()
  readonly proven = new Set<string>()

  constructor(name: string, random: () => number) {
    this.name = name
    this.#random = random
  }

  /** Lives until the station is gone. */
  async live(life: StationLife): Promise<void> {
    while (!life.gone.aborted) await this.#session(life).catch(() => {})
  }

  /** One connection: to the station's end, or to a restart of its own into a new version. */
  async #session(life: StationLife): Promise<void> {
    const client = mqtt.connect(life.mqttUrl, {
      clientId: this.name,
      username: `${this.name}&field`,
      password: 'secret',
      ...onceOnly,
    })
    const notices = new Mailbox(life.gone)
    client.on('message', (_topic, payload) => notices.put(JSON.parse(payload.toString()) as Notice))
    client.on('error', () => {})
    const closed = new Promise<never>((_, reject) => {
      client.once('close', () => reject(new Error('closed')))
      life.gone.addEventListener('abort', () => reject(new Error('gone')), { once: true })
    })
    closed.catch(() => {})
    try {
      await Promise.race([closed, new Promise((resolve) => client.once('connect', resolve))])
      await Promise.race([closed, client.subscribeAsync(`/ota/device/upgrade/field/${this.name}`, { qos: 1 })])
      // Many devices tell their version at every connect, some only after a start.
      if (this.acknowledgedVersion !== this.#version || this.#random() < 0.5) await this.#inform(life, client, closed)
      for (;;) {
        this.#upgrade ??= await this.#nextUpgrade(notices, closed)
        if (await this.#advance(life, client, closed)) return
      }
    } finally {
      client.end(true)
    }
  }

  /** Waits for a notice of another version than it has; a repeated one is the same upgrade. */
  async #nextUpgrade(notices: Mailbox, closed: Promise<never>): Promise<{ target: string; plan: number[] }> {
    for (;;) {
      const { data } = await Promise.race([closed, notices.take()])
      if (data.version === this.#version || this.failed.has(data.version)) continue
      await fetch(data.url, { headers: { Range: 'bytes=0-99' } }).then((response) => response.arrayBuffer())
      const fails = this.#random() < 0.2
      return { target: data.version, plan: fails ? [30, FAILING_STEP] : [20, 60, 100] }
    }
  }

  /** Reports the next step of its upgrade. @returns whether it restarts now. */
  async #advance(life: StationLife, client: MqttClient, closed: Promise<never>): Promise<boolean> {
    const { target, plan } = this.#upgrade as { target: string; plan: number[] }
    const [step] = plan
    if (step === undefined) {
      this.#version = target
      this.#upgrade = undefined
      return true
    }
    await this.#publish(life, client, closed, 'progress', { step: String(step), desc: `to ${target}` })
    plan.shift()
    if (step === FAILING_STEP) {
      this.failed.add(target)
      this.#upgrade = undefined
    }
    return false
  }

  async #inform(life: StationLife, client: MqttClient, closed: Promise<never>): Promise<void> {
    const version = this.#version
    this.perhaps.add(version)
    await this.#publish(life, client, closed, 'inform', { version })
    this.perhaps.clear()
    this.acknowledgedVersion = version
    this.proven.add(version)
  }

  async #publish(life: StationLife, client: MqttClient, closed: Promise<never>, kind: string, params: object) {
    const payload = JSON.stringify({ id: '1', params })
    await Promise.race([closed, client.publishAsync(`/ota/device/${kind}/field/${this.name}`, payload, { qos: 1 })])
    life.acknowledged()
  }
}

/** Notices in order of arrival. */
class Mailbox {
  readonly #waiting: Notice[] = []
  #taker: ((notice: Notice) => void) | undefined
  readonly #gone: AbortSignal

  constructor(gone: AbortSignal) {
    this.#gone = gone
  }

  put(notice: Notice): void {
    const taker = this.#taker
    this.#taker = undefined
    if (taker) taker(notice)
    else this.#waiting.push(notice)
  }

  take(): Promise<Notice> {
    const first = this.#waiting.shift()
    if (first) return Promise.resolve(first)
    return new Promise((resolve, reject) => {
      this.#taker = resolve
      this.#gone.addEventListener('abort', () => reject(new Error('gone')), { once: true })
    })
  }
}
