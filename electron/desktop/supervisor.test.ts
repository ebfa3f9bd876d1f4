import { describe, expect, it } from 'vitest'
import type { ToStation } from '../process/messages.ts'
import { pauseAfter, type StationChild, Supervisor, type SupervisorState } from './supervisor.ts'

const ready = {
  event: 'ready',
  version: '1.0.0',
  ui: 'http://127.0.0.1:1/?token=t',
  api: 'http://127.0.0.1:1/api/v1',
  token: 't',
  mqtt: 'mqtt://0.0.0.0:1',
  mqtts: null,
  http: 'http://0.0.0.0:2',
  https: null,
  data: '/d',
  ms: 3,
}

const failure = { code: 'PORT_IN_USE', data: { port: 1883 }, backups: [] }

class Child implements StationChild<string> {
  readonly sent: [ToStation, string[]][] = []
  killed = false
  say: (message: unknown) => void = () => {}
  exit: (code: number) => void = () => {}
  send(message: ToStation, ports: string[] = []): void {
    this.sent.push([message, ports])
  }
  onMessage(listener: (message: unknown) => void): void {
    this.say = listener
  }
  onExit(listener: (code: number) => void): void {
    this.exit = listener
  }
  kill(): void {
    this.killed = true
    this.exit(137)
  }
}

/** A fake host whose clock moves only on request. */
const world = () => {
  const children: Child[] = []
  const states: SupervisorState[] = []
  let now = 0
  let alarms: { at: number; ring: () => void }[] = []
  const supervisor = new Supervisor<string>({
    spawn: () => {
      const child = new Child()
      children.push(child)
      return child
    },
    now: () => now,
    after: (ms, ring) => {
      const alarm = { at: now + ms, ring }
      alarms.push(alarm)
      return () => {
        alarms = alarms.filter((other) => other !== alarm)
      }
    },
    onState: (state) => states.push(state),
  })
  return {
    supervisor,
    children,
    states,
    last: () => {
      const child = children.at(-1)
      if (!child) throw new Error('no child was started')
      return child
    },
    pass: (ms: number) => {
      now += ms
      const due = alarms.filter(({ at }) => at <= now)
      alarms = alarms.filter(({ at }) => at > now)
      for (const { ring } of due) ring()
    },
  }
}

describe('the supervisor', () => {
  it('starts the station and is ready when it says so', () => {
    const { supervisor, last } = world()
    supervisor.start()
    expect(supervisor.state.kind).toBe('starting')
    last().say('noise')
    last().say(ready)
    expect(supervisor.state).toEqual({ kind: 'ready', ready })
  })

  it('starts it again after a growing pause when it dies; after a steady hour the pauses begin anew', () => {
    const { supervisor, children, last, pass } = world()
    supervisor.start()
    last().exit(70)
    expect(supervisor.state).toEqual({ kind: 'waiting', ms: 250, exitCode: 70 })
    pass(249)
    expect(children).toHaveLength(1)
    pass(1)
    expect(children).toHaveLength(2)
    last().exit(137)
    expect(supervisor.state).toMatchObject({ kind: 'waiting', ms: 500 })
    pass(500)
    last().say(ready)
    pass(3_600_000)
    last().exit(70)
    expect(supervisor.state).toMatchObject({ kind: 'waiting', ms: 250 })
  })

  it('starts it again at once for a restore, however often, and counts no death', () => {
    const { supervisor, children, last } = world()
    supervisor.start()
    for (let restores = 0; restores < 8; restores++) {
      last().say(ready)
      last().exit(75)
      expect(supervisor.state.kind).toBe('starting')
    }
    expect(children).toHaveLength(9)
    last().exit(70)
    expect(supervisor.state).toMatchObject({ kind: 'waiting', ms: 250 })
  })

  it('pauses 10 s at most', () => {
    expect([1, 2, 3, 7, 1000].map(pauseAfter)).toEqual([250, 500, 1000, 10_000, 10_000])
  })

  it('does not start again what a person has to mend, hands on why, and starts once they say so', () => {
    const { supervisor, children, last, pass } = world()
    supervisor.start()
    last().say({ event: 'failed', failure })
    // It still holds the data directory.
    supervisor.start()
    expect(children).toHaveLength(1)
    last().exit(1)
    pass(60_000)
    expect(supervisor.state).toEqual({ kind: 'failed', failure })
    expect(children).toHaveLength(1)
    supervisor.start()
    expect(children).toHaveLength(2)
    last().say(ready)
    expect(supervisor.state.kind).toBe('ready')
  })

  it('ends a station that said why it cannot start and then does not go', () => {
    const { supervisor, last, pass } = world()
    supervisor.start()
    last().say({ event: 'failed', failure })
    pass(5000)
    expect(last().killed).toBe(true)
    expect(supervisor.state).toEqual({ kind: 'failed', failure })
  })

  it('gives up a station that dies five times before it is ready, until a person tries again', () => {
    const { supervisor, children, last, pass } = world()
    supervisor.start()
    for (let n = 1; n <= 5; n++) {
      expect(children).toHaveLength(n)
      last().exit(70)
      pass(10_000)
    }
    expect(supervisor.state).toMatchObject({
      kind: 'failed',
      failure: { code: 'STATION_KEEPS_ENDING', data: { times: 5, exitCode: 70 } },
    })
    pass(3_600_000)
    expect(children).toHaveLength(5)
    supervisor.start()
    last().exit(70)
    expect(supervisor.state.kind).toBe('waiting')
  })

  it('goes on starting a station that was ready in between', () => {
    const { supervisor, last, pass } = world()
    supervisor.start()
    for (let n = 0; n < 20; n++) {
      last().say(ready)
      last().exit(70)
      expect(supervisor.state.kind).toBe('waiting')
      pass(10_000)
    }
  })

  it.each([1, 2])('does not start again after exit code %i either', (code) => {
    const { supervisor, last } = world()
    supervisor.start()
    last().exit(code)
    expect(supervisor.state.kind).toBe('failed')
  })

  it('serves the page that asks at once when ready, else when it becomes ready, the last asker only', () => {
    const { supervisor, last, pass } = world()
    const served: string[] = []
    const ask = (name: string) => supervisor.whenReady((child) => served.push(`${name} ${child === last()}`))
    supervisor.start()
    ask('a')
    ask('b')
    expect(served).toEqual([])
    last().say(ready)
    expect(served).toEqual(['b true'])
    ask('c')
    last().exit(70)
    ask('d')
    pass(250)
    last().say(ready)
    expect(served).toEqual(['b true', 'c true', 'd true'])
  })

  it('stops the station by word and is stopped when it is gone', async () => {
    const { supervisor, last } = world()
    supervisor.start()
    last().say(ready)
    const stopped = Promise.all([supervisor.stop(), supervisor.stop()])
    expect(last().sent).toEqual([[{ event: 'stop' }, []]])
    last().exit(0)
    await stopped
    expect(supervisor.state.kind).toBe('stopped')
  })

  it('stops a hanging station by force after 5 s', async () => {
    const { supervisor, last, pass } = world()
    supervisor.start()
    const stopped = supervisor.stop()
    pass(4999)
    expect(last().killed).toBe(false)
    pass(1)
    await stopped
    expect(last().killed).toBe(true)
  })

  it('stops while it waits to start again, and then starts nothing', async () => {
    const { supervisor, children, last, pass } = world()
    supervisor.start()
    last().exit(70)
    await supervisor.stop()
    pass(60_000)
    expect(children).toHaveLength(1)
    expect(supervisor.state.kind).toBe('stopped')
  })
})
