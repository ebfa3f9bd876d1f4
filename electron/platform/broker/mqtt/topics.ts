/** Whether a client may publish to the topic (MQTT 5.0 and 3.1.1, 4.7): not empty, and no wildcard (MQTT-4.7.1-1, MQTT-4.7.3-1). */
export const isTopicName = (topic: string): boolean => topic.length > 0 && !/[+#]/.test(topic)

/** Whether a filter is well formed: a wildcard fills its level, `#` only the last (MQTT-4.7.1-1, MQTT-4.7.1-2, MQTT-4.7.3-1). */
export const isTopicFilter = (filter: string): boolean => {
  if (filter.length === 0) return false
  if (!/[+#]/.test(filter)) return true
  const levels = filter.split('/')
  return levels.every(
    (level, position) => level === '+' || (level === '#' && position === levels.length - 1) || !/[+#]/.test(level),
  )
}
