export { stateTexts as states } from '#shared/state-texts.ts'
