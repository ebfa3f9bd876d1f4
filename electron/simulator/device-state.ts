import type { TransitionTable } from '#shared/states/transition-table.ts'

export const deviceStates = ['off', 'connecting', 'idle', 'downloading', 'installing', 'rebooting'] as const
export type DeviceState = (typeof deviceStates)[number]

/**
 * A virtual device. Whether its connection holds at the moment is another matter: a download goes on without it.
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

/** States of an upgrade under way, up to its proof. */
export const upgradingStates = ['downloading', 'installing', 'rebooting'] as const satisfies readonly DeviceState[]
