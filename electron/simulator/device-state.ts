import type { TransitionTable } from '#shared/states/transition-table.ts'

const deviceStates = ['off', 'connecting', 'idle', 'downloading', 'installing', 'rebooting'] as const
export type DeviceState = (typeof deviceStates)[number]

/**
 * A virtual device. Its connection is not part of the state: a download goes on while the connection is lost.
 *
 *   off ──start──▶ connecting ──version reported──▶ idle ◀── version reported ──────────────┐
 *    ▲                                            notice                                    │
 *    │                                               ▼                                      │
 *    └── stopped or refused, from any    downloading ──whole──▶ installing ──100 %──▶ rebooting
 *                                               └──── failed ──▶ idle ◀── failed ──┘
 */
export const deviceTransitions: TransitionTable<DeviceState> = {
  off: ['connecting'],
  connecting: ['idle', 'off'],
  idle: ['downloading', 'off'],
  downloading: ['installing', 'idle', 'off'],
  installing: ['rebooting', 'idle', 'off'],
  rebooting: ['idle', 'off'],
}

/** States of an upgrade in progress, up to the report of the target version. */
export const upgradingStates = ['downloading', 'installing', 'rebooting'] as const satisfies readonly DeviceState[]
