export const away = {
  title: 'The station does not respond',
  hint: 'The program may have quit, or the network is down: check the computer that runs OTA Bench. While the station is stopped, upgrades wait and continue when it is back. This page retries every 2 seconds and then opens automatically.',
  again: 'Try again now',
} as const
