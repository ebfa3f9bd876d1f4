import type { Clock } from './clock.ts'
import type { PlatformEvents } from './events.ts'
import type { Logger } from './logger.ts'
import type { Random } from './random.ts'
import type { Store } from './store/store.ts'

/** What every room of the platform is given. */
export interface PlatformContext {
  readonly store: Store
  readonly events: PlatformEvents
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}
