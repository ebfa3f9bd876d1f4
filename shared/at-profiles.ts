/** Names of profiles for AT modules, of the program and of the data directory. */
export const atProfileName = /^[a-z0-9][a-z0-9._-]{0,63}$/

/** The profiles that every station has (`resources/at-profiles`); its data directory may hold others. */
export const builtInAtProfiles = ['quectel', 'simcom', 'esp-at', 'generic'] as const
