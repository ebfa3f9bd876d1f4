import { z } from 'zod'
import type { FactText } from './fact-text.ts'
import { Timestamp } from './schema/values.ts'

/** The kinds of values that a fact may have, each with its form in the API. */
const members = {
  text: () => z.string().nullable(),
  number: () => z.number().nullable(),
  flag: () => z.boolean(),
  /** Known from the first moment on. */
  time: () => Timestamp,
  /** Null until it happens. */
  timeOrNever: () => Timestamp.nullable(),
}

export interface DeviceFact {
  readonly kind: keyof typeof members
  readonly name: FactText
  /** What a flag means when it is set; the screen shows nothing when it is not. */
  readonly set?: FactText
  /** Width of its column in the list of devices; without it, only the page of the device shows it. */
  readonly column?: string
  /** Shows how long ago it was. */
  readonly ago?: true
}

/**
 * What the station keeps of each device beside its identity, one row each, new rows last. The column of the store, the member of the
 * API, the label and the column on screen are derived from it; `npm run migration` brings existing databases along.
 */
export const deviceFacts = {
  lastSeenAt: { kind: 'timeOrNever', name: { en: 'Last seen', zh: '最近在线' }, column: '150px', ago: true },
  createdAt: { kind: 'time', name: { en: 'Created', zh: '创建时间' } },
  /** A login with its product's secret created it. */
  selfRegistered: {
    kind: 'flag',
    name: { en: 'Origin', zh: '来源' },
    set: { en: 'Self-registered', zh: '自动注册' },
  },
} as const satisfies Readonly<Record<string, DeviceFact>>

type Facts = typeof deviceFacts
export type DeviceFactName = keyof Facts

/** The facts with what all of them may have, in order. */
export const deviceFactList = Object.entries(deviceFacts) as readonly (readonly [DeviceFactName, DeviceFact])[]

/** Makes something of each fact by its kind. `made` has the type of what each kind becomes. */
export const ofEachFact = <Made extends Readonly<Record<DeviceFact['kind'], (name: DeviceFactName) => unknown>>>(
  made: Made,
) =>
  Object.fromEntries(deviceFactList.map(([name, { kind }]) => [name, made[kind](name)])) as {
    [Name in DeviceFactName]: ReturnType<Made[Facts[Name]['kind']]>
  }

/** The members of a device in the API. */
export const deviceFactMembers = ofEachFact(members)
