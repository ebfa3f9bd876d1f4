/** Names of what the demo lines are made of. */
export const demoLine = {
  line: 'Demo line {family}',
  recipe: 'Demo {board}',
  notes: 'Simulated units for a first look.',
} as const
