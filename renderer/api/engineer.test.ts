import { ORPCError } from '@orpc/client'
import { expect, it } from 'vitest'
import { engineerHeaders, holdTicket, withPin } from './engineer.ts'

const station = () => {
  const seen: (string | undefined)[] = []
  const link = withPin(
    {
      call: async () => {
        const ticket = engineerHeaders()['x-ota-bench-engineer']
        seen.push(ticket)
        if (ticket !== 'good') throw new ORPCError('ENGINEER_ONLY')
        return 'done'
      },
    },
    async () => {
      const given = answers.shift() ?? false
      if (given) holdTicket({ ticket: 'good', engineerUntil: '2026-01-01T00:15:00.000Z' })
      return given
    },
  )
  const answers: boolean[] = []
  return { answers, seen, call: () => link.call(['bench', 'createLine'], {}, { context: {} }) }
}

it('a refused call asks for the PIN and goes on with it; one that is not given leaves it refused', async () => {
  const { answers, seen, call } = station()
  await expect(call()).rejects.toMatchObject({ code: 'ENGINEER_ONLY' })
  answers.push(true)
  expect(await call()).toBe('done')
  expect(await call()).toBe('done')
  expect(seen).toEqual([undefined, undefined, 'good', 'good'])
})

it('a ticket that is not good any more is dropped before the PIN is asked for', async () => {
  holdTicket({ ticket: 'old', engineerUntil: '2026-01-01T00:15:00.000Z' })
  const { call } = station()
  await expect(call()).rejects.toMatchObject({ code: 'ENGINEER_ONLY' })
  expect(engineerHeaders()).toEqual({})
})
