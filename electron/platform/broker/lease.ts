/**
 * Which of several stations at one broker is active. The broker keeps one retained message, the lease, that names the active one; every
 * station's will empties it. Pure: the caller publishes, subscribes and keeps time.
 */

/** `watching`: another station is active. `waiting`: nobody seems to be. `claiming`: our name is on its way. */
type Standing = 'watching' | 'waiting' | 'claiming' | 'active'

export interface LeaseState {
  readonly standing: Standing
  /** What the lease said last: a station's name, nobody (empty), or nothing heard since the connection was made. */
  readonly holder: string | undefined
}

export type LeaseEvent =
  /** Connected and subscribed to the lease; what it says may follow. */
  | { readonly kind: 'subscribed' }
  | { readonly kind: 'heard'; readonly holder: string }
  /** The time that `wait` asked for has passed. */
  | { readonly kind: 'waited' }

export type LeaseAction =
  /** Publish our name as the lease. */
  | 'claim'
  /** Begin to serve devices. */
  | 'open'
  /** Stop serving devices: another station does. */
  | 'close'
  /** Send `waited` after the usual time, unless another event comes first. */
  | 'wait'

interface LeaseStep {
  readonly state: LeaseState
  readonly actions: readonly LeaseAction[]
}

export const leaseAtStart: LeaseState = { standing: 'watching', holder: undefined }

/**
 * The next state and what to do. An active station whose lease was emptied, by the will of a stand-by that left, claims it again at once;
 * the others wait before they claim, so it keeps its place. Of two that claim, the broker orders the messages: the later one wins.
 */
export const leaseStep = (state: LeaseState, event: LeaseEvent, name: string): LeaseStep => {
  const { standing } = state
  switch (event.kind) {
    case 'subscribed':
      return {
        state: { standing: standing === 'active' ? 'active' : 'waiting', holder: undefined },
        actions: ['wait'],
      }
    case 'heard': {
      const { holder } = event
      if (holder === '')
        return standing === 'active'
          ? { state: { standing, holder }, actions: ['claim'] }
          : { state: { standing: 'waiting', holder }, actions: ['wait'] }
      if (holder !== name)
        return { state: { standing: 'watching', holder }, actions: standing === 'active' ? ['close'] : [] }
      // Our name from before a restart is not ours to use until it was claimed anew.
      if (standing === 'active') return { state: { standing, holder }, actions: [] }
      return { state: { standing: standing === 'claiming' ? 'claiming' : 'waiting', holder }, actions: ['wait'] }
    }
    case 'waited':
      if (standing === 'watching') return { state, actions: [] }
      if (standing === 'active') return { state, actions: state.holder === name ? [] : ['claim'] }
      if (standing === 'claiming' && state.holder === name)
        return { state: { standing: 'active', holder: name }, actions: ['open'] }
      return { state: { standing: 'claiming', holder: state.holder }, actions: ['claim', 'wait'] }
  }
}
