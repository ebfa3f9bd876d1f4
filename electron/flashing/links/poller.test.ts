import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { waitForAll } from './poller.ts'

class Recorder extends EventEmitter {
  readonly polled: number[] = []

  poll(events = 0): void {
    this.polled.push(events)
  }
}

it('a write that waits is still waited for when reading begins to wait, and the other way round', () => {
  const poller = new Recorder()
  waitForAll(poller)
  poller.poll(2)
  poller.poll(1)
  poller.emit('writable')
  poller.poll(1)
  poller.emit('readable')
  poller.poll(2)
  expect(poller.polled).toEqual([2, 3, 1, 2])
})
