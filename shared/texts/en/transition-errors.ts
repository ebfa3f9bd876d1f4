const wait = 'Wait until it ends, or cancel it first.'
const again = 'Create a new campaign for this device if needed.'
const stop = 'Wait until it ends, or stop it first.'

/** A refused move: what is in which state, and what can be done then. */
export const moves = {
  sentence: '{what} is in state "{state}", in which this is not possible.',
  /** What was to be moved; `package`: its verification. */
  names: {
    campaign: 'The campaign',
    job: 'The upgrade',
    diff: 'The delta',
    package: 'The package',
    run: 'The run',
  },
  /** Something of a newer station. */
  unnamed: 'It',
  advice: {
    campaign: {
      scheduled: 'Not started yet: start it now, or cancel it.',
      running: 'Running: pause or cancel it.',
      paused: 'Resume or cancel it.',
      halted: 'Check why devices failed, then resume or cancel it.',
      finished: 'Retry the failed devices, or run the campaign again.',
      cancelled: 'A cancelled campaign cannot be resumed; run it again.',
    },
    job: {
      pending: wait,
      notified: wait,
      downloading: wait,
      installing: wait,
      succeeded: 'The device is on the target version; nothing to do.',
      failed: 'It has ended; it can be retried.',
      cancelled: again,
      skipped: again,
    },
    diff: {
      queued: wait,
      running: wait,
      ready: 'To generate it again, delete it first.',
      failed: 'It has ended; it can be generated again.',
    },
    package: {
      verified: 'Already verified; create a campaign.',
      verifying: 'Wait until the verification ends.',
      skipped: 'Verification was skipped; create a campaign.',
    },
    run: {
      waiting: stop,
      running: stop,
      passed: 'The unit passed. To repeat, open the slot and press "Flash again".',
      failed: 'It has ended; it can be retried.',
      refused: 'It has ended; correct the cause and retry.',
      cancelled: 'It was stopped; it can be retried.',
    },
  },
} as const
