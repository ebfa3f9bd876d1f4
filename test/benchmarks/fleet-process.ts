import { once } from 'node:events'
import { createFleet, type FleetOptions } from '../../electron/simulator/fleet.ts'

// A fleet as a process of its own: its options come as one message, `ready` goes back, SIGTERM ends it.

const [options] = (await once(process, 'message')) as [FleetOptions]
const fleet = createFleet(options)
await fleet.start()
process.send?.('ready')
await once(process, 'SIGTERM')
await fleet.stop()
process.disconnect()
