/** States by name, as the screen and error texts say them. */
export const states = {
  job: {
    pending: 'Pending',
    notified: 'Notified',
    downloading: 'Downloading',
    installing: 'Awaiting version',
    succeeded: 'Succeeded',
    failed: 'Failed',
    cancelled: 'Cancelled',
    skipped: 'Skipped',
  },
  campaign: {
    scheduled: 'Scheduled',
    running: 'Running',
    paused: 'Paused',
    halted: 'Halted',
    finished: 'Finished',
    cancelled: 'Cancelled',
  },
  verification: {
    unverified: 'Not verified',
    verifying: 'Verifying',
    verified: 'Verified',
    failed: 'Verification failed',
    skipped: 'Verification skipped',
  },
  diff: { queued: 'Queued', running: 'Generating', ready: 'Ready', failed: 'Failed' },
  run: {
    waiting: 'Queued',
    running: 'Flashing',
    passed: 'Passed',
    failed: 'Failed',
    refused: 'Refused',
    cancelled: 'Stopped',
  },
} as const
