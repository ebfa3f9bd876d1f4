import { expect, it } from 'vitest'
import { createTestClock } from '../../../test/helpers/clock.ts'
import { RefusalLog } from './refusal-log.ts'

const noted = () => {
  const clock = createTestClock()
  const lines: [object, string][] = []
  const log = new RefusalLog({ warn: (values, message) => void lines.push([values, message]) }, clock)
  return { clock, lines, log }
}

it('writes the first refusal of a reason at once, and the others of its minute as a number', () => {
  const { clock, lines, log } = noted()
  for (let n = 0; n < 11_007; n++) log.note('login: credentials', { remoteAddress: `10.0.${n >> 8}.${n & 255}` }, { n })
  expect(lines).toEqual([[{ remoteAddress: '10.0.0.0', n: 0 }, 'refused: login: credentials']])
  clock.advance(60_000)
  expect(lines.slice(1)).toEqual([
    [
      {
        notLogged: 11_006,
        from: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'],
        addresses: '100 or more',
      },
      'refused: login: credentials',
    ],
  ])
})

it('names the devices of a reason', () => {
  const { clock, lines, log } = noted()
  for (const device of ['p/a', 'p/b', 'p/b']) log.note('bad JSON', { remoteAddress: '', device })
  clock.advance(60_000)
  expect(lines).toEqual([
    [{ device: 'p/a' }, 'refused: bad JSON'],
    [{ notLogged: 2, devices: ['p/b'] }, 'refused: bad JSON'],
  ])
})

it('never writes two lines of a reason within a minute, and begins anew after a quiet one', () => {
  const { clock, lines, log } = noted()
  log.note('noise', {})
  clock.advance(30_000)
  log.note('noise', {})
  clock.advance(30_000)
  log.note('noise', {})
  expect(lines).toHaveLength(2)
  clock.advance(60_000)
  expect(lines.at(-1)).toEqual([{ notLogged: 1 }, 'refused: noise'])
  clock.advance(60_000)
  log.note('noise', { remoteAddress: '10.0.0.9' })
  expect(lines.at(-1)).toEqual([{ remoteAddress: '10.0.0.9' }, 'refused: noise'])
})

it('takes reasons without end for one', () => {
  const { clock, lines, log } = noted()
  for (let n = 0; n < 5000; n++) log.note(`reason ${n}`, {})
  expect(lines).toHaveLength(65)
  expect(lines.at(-1)).toEqual([{ first: 'refused: reason 64' }, 'many different messages within a minute'])
  clock.advance(60_000)
  expect(lines.at(-1)).toEqual([{ notLogged: 4935 }, 'many different messages within a minute'])
})
