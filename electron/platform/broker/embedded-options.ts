import type { Clock } from '../basics/clock.ts'
import type { RefusalLog } from '../basics/refusal-log.ts'
import type { Gate } from '../connections/admission-control.ts'
import type { LoginFailures } from '../devices/login-rate-limit.ts'
import type { BrokerHost, BrokerLimits, BrokerLogger } from './broker.ts'
import type { ListenOptions } from './listeners.ts'

/** What the embedded broker is made of. */
export interface EmbeddedBrokerOptions {
  readonly host: BrokerHost
  readonly limits: BrokerLimits
  readonly listen: ListenOptions
  readonly clock: Clock
  readonly logger: BrokerLogger
  /** Left out: a log of its own. */
  readonly refusals?: RefusalLog | undefined
  /** Where failed log-ins are counted, when others count there too; left out: on its own. */
  readonly failures?: LoginFailures | undefined
  /** What connections have to pass; left out: a gate of its own. */
  readonly gate?: Gate | undefined
}
