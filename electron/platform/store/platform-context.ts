import type { Clock } from '../basics/clock.ts'
import type { PlatformEvents } from '../basics/events.ts'
import type { Logger } from '../basics/logger.ts'
import type { Random } from '../basics/random.ts'
import type { Store } from './store.ts'

/** What every folder of the platform receives. */
export interface PlatformContext {
  readonly store: Store
  readonly events: PlatformEvents
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}
