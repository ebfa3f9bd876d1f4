/** Names of profiles for AT modules, of the program and of the data directory. */
export const atProfileName = /^[a-z0-9][a-z0-9._-]{0,63}$/
