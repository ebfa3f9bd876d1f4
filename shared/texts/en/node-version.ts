/** The station was started by a Node that is too old. */
export const nodeVersion = {
  tooOld:
    'OTA Bench needs Node {oldest} or newer, this is {node}. Install Node 26, or start it with "{command}", which brings its own.',
} as const
