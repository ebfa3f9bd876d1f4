import type { Module } from '#shared/schema.ts'

/** The module that most devices report; the first one while none is reported. */
export const mostReported = (modules: readonly Pick<Module, 'name' | 'devices'>[]): string | undefined =>
  [...modules].sort((one, other) => other.devices - one.devices)[0]?.name
