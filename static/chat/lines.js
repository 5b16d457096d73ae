// Who answers, and the place in line, as one sentence.

/** @import { OwnerEntry, Words } from './wire' */

/** @param {Pick<OwnerEntry, 'owner' | 'agent' | 'online' | 'position' | 'wait_seconds'>} entry @param {Words} words */
export function ownerLine({ owner, agent, online, position, wait_seconds }, words) {
  if (owner === 'human') return words('joined', { name: agent?.name ?? words('agent') })
  if (owner === 'bot') return words('returned')
  if (online === false) return words('offline')
  if (!position) return words('queued')
  const wait = wait_seconds ? ' · ' + words('wait', { n: Math.max(1, Math.round(wait_seconds / 60)) }) : ''
  return words('place', { n: position }) + wait
}
