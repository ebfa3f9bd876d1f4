import type { Clock } from '../basics/clock.ts'
import type { RefusalLog } from '../basics/refusal-log.ts'
import type { Gate } from '../connections/admission-control.ts'
import type { LoginFailures } from '../devices/login-rate-limit.ts'
import type { BrokerHost, BrokerLimits, BrokerLogger } from './broker.ts'
import type { ListenOptions } from './listeners.ts'

/** Dependencies and settings of the embedded broker. */
export interface EmbeddedBrokerOptions {
  readonly host: BrokerHost
  readonly limits: BrokerLimits
  readonly listen: ListenOptions
  readonly clock: Clock
  /** Time of the connections (keep-alive, slow peers), which passes for the devices as well; default: the system's. */
  readonly connectionClock?: Clock | undefined
  readonly logger: BrokerLogger
  /** Default: a separate log. */
  readonly refusals?: RefusalLog | undefined
  /** Shared counter of failed logins; default: a separate counter. */
  readonly failures?: LoginFailures | undefined
  /** Admission control for connections; default: a separate one. */
  readonly gate?: Gate | undefined
}
