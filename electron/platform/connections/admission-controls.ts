import type { Clock } from '../basics/clock.ts'
import type { RefusalLog } from '../basics/refusal-log.ts'
import { Gate } from './admission-control.ts'
import { shareOut } from './connection-limits.ts'
import { createDescriptorLimit } from './descriptors.ts'

/** The gates of a station's listeners: a flood on the device listeners does not affect those of the operators, and vice versa. */
export interface Gates {
  readonly devices: Gate
  readonly operators: Gate
  /** Maximum number of device connections. */
  readonly room: number
  stop(): void
}

/** @param descriptors current maximum of open files and sockets of the process; default: the limit of the system. */
export const createGates = ({
  clock,
  refusals,
  descriptors = createDescriptorLimit(clock),
}: {
  readonly clock: Clock
  readonly refusals: Pick<RefusalLog, 'note'>
  readonly descriptors?: () => number
}): Gates => {
  const gate = (side: 'devices' | 'operators'): Gate =>
    new Gate({
      limits: () => shareOut(descriptors())[side],
      clock,
      dismissed: ({ address: remoteAddress, listener }, why) =>
        refusals.note(`connection: ${why}`, { remoteAddress }, { listener }),
    })
  const devices = gate('devices')
  const operators = gate('operators')
  return {
    devices,
    operators,
    get room() {
      return shareOut(descriptors()).devices.connections
    },
    stop() {
      devices.stop()
      operators.stop()
    },
  }
}
