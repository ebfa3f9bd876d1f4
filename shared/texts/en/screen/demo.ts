/** The demo line in the settings. */
export const demo = {
  title: 'Demo line',
  hint: 'Simulated units that plug in and flash automatically, for training; no real port is used. Stopping deletes the line and its records.',
  slots: 'Slots',
  boards: 'Units',
  boardsHint: 'One line per kind; the slots are shared out equally.',
  failure: 'Faults',
  failureHint: 'Worn flash, lost connections, read protection, wrong chips, in turn.',
  start: 'Start the demo line',
  stop: 'Stop and delete',
  remove: 'Delete the demo line',
  open: 'Open the line',
} as const
