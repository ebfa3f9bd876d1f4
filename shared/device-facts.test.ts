import { expect, it } from 'vitest'
import { deviceFactList, deviceFacts } from './device-facts.ts'
import { Device } from './schema/devices.ts'

it('each fact of a device is a member of the API, with a name in both languages', () => {
  for (const [name, { name: text }] of deviceFactList) {
    expect(Object.keys(Device.shape)).toContain(name)
    expect([text.en, text.zh].map((words) => words.trim().length > 0)).toEqual([true, true])
  }
  const { lastSeenAt, createdAt, selfRegistered } = Device.shape
  expect([lastSeenAt, createdAt, selfRegistered].map((member) => member.safeParse(null).success)).toEqual([
    true,
    false,
    false,
  ])
  expect(deviceFacts.selfRegistered.set.zh).toBe('自动注册')
})
