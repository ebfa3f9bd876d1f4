// What crosses a border, one file a subject. Importers name this file, so that a subject can move.

export * from './schema/campaigns.ts'
export * from './schema/devices.ts'
export * from './schema/jobs.ts'
export * from './schema/knocks.ts'
export * from './schema/live.ts'
export * from './schema/messages.ts'
export * from './schema/packages.ts'
export * from './schema/products.ts'
export * from './schema/reports.ts'
export * from './schema/simulator.ts'
export * from './schema/station.ts'
export * from './schema/values.ts'
