/**
 * The programmer of the demo line: simulated, built in, and known to no real port. Recipes of the demo name it; it stands in no settings.
 */
export const DEMO_PROGRAMMER = 'demo-programmer'
