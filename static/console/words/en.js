// English. A list is singular, plural. What is not here is said as in the chat.

/** @type {Record<string, string | string[]>} */
export default {
  // views and rows
  views: 'Views', mine: 'Mine', unassigned: 'Unassigned', waiting: 'Waiting', all: 'All', snoozed: 'Snoozed', resolved: 'Resolved',
  search: 'Search messages and people', loading: 'Loading', nothing_found: 'Nothing found.', older: 'Show older ones',
  empty_mine: 'Nothing on your desk. New requests are offered to you while you are online.', empty_unassigned: 'Nobody is without an answer.', empty_waiting: 'No customer is waiting.',
  empty_all: 'No open conversations.', empty_snoozed: 'Nothing is snoozed.', empty_resolved: 'Nothing has been resolved yet.',
  visitor: 'Visitor', unread_row: 'Unread. ', no_words: 'No messages yet', by: '{name}: ', by_agent: 'Agent', by_bot: 'Bot', by_system: 'Note', by_visitor: 'Visitor',
  you: 'You', has_bot: 'Bot', has_queue: 'Nobody yet', has_human: 'An agent',
  waits_calm: 'Waiting for ', waits_soon: 'Waiting long, for ', waits_late: 'Waiting too long, for ',
  seconds: '{n} s', minutes: '{n} min', hours: '{h} h {m}', days: ['{n} day', '{n} days'],
  reason_asked_for_person: 'asked for a person', reason_no_passage: 'nothing known', reason_low_confidence: 'bot not sure', reason_model_down: 'no model', reason_high_risk: 'too risky for the bot',
  reason_failed: 'the turn failed', reason_transferred: 'passed on', reason_lost: 'the agent went away',
  tier_0: 'repeated an answer', tier_1: 'quoted a passage', tier_2: 'wrote an answer', tier_3: 'wrote an answer (cloud)', reason_marked_wrong: 'marked wrong', tier_human: 'handed over', turn_running: 'running', turn_done: 'answered', turn_cancelled: 'cancelled', turn_failed: 'failed',
  // conversation
  choose: 'Choose a conversation.', verbs: 'What to do', back: 'Back to the inbox', reply: 'Reply', note: 'Note', transfer: 'Transfer', resolve: 'Resolve', reopen: 'Reopen', claim: 'Take over',
  snooze: 'Snooze', more: 'More', customer: 'Customer panel', viewing: 'Also looking: {names}', with: 'with {name}', with_you: 'with you', with_bot: 'with the bot', with_queue: 'waits for a person', with_human: 'with an agent',
  state_open: 'Open', state_snoozed: 'Snoozed', state_resolved: 'Resolved', snoozed_until: 'Snoozed until {at}',
  summary: 'Before you answer', asked: 'Asked', tried: 'Tried', found: 'Found',
  modes: 'Who reads this', write: 'Write to the customer', write_note: 'Write a note', send: 'Send', send_note: 'Save note',
  reply_hint: '/ for canned replies', note_hint: 'Only your team sees this. @ mentions a colleague.', hint_claim: 'Your reply takes this conversation over.', hint_theirs: '{name} has this conversation. Take it over to answer.', hint_resolved: 'Resolved. Reopen it to answer.',
  note_label: 'Note, only your team sees it', canned: 'Canned reply', suggest: 'Bot’s draft', draft: 'The bot would say', no_draft: 'The bot has no answer to this.', from: 'From: {titles}', insert: 'Insert and edit', send_now: 'Send', dismiss: 'Dismiss',
  send_resolve: 'Send and resolve', unhelpful: 'The bot was wrong', helpful: 'The customer found this helpful', wrong: 'The bot was wrong', conversation: 'Conversation', ended: 'Resolved',
  joined: '{name} took over', returned: 'Back with the bot', queued: 'The customer waits for a person', place: 'The customer is number {n} in line', offline: 'Nobody was online', agent: 'An agent',
  // customer
  close_customer: 'Close the panel', email: 'E-mail', language: 'Language', on_page: 'Page', blocked: 'Blocked', block: 'Block visitor', unblock: 'Unblock visitor',
  handling: 'Handling', tags: 'Tags', priority: 'Priority', priority_is: 'Priority: {name}', priority_0: 'none', priority_1: 'low', priority_2: 'high', priority_3: 'urgent',
  past: 'Earlier conversations', no_past: 'This is the first one.', turns: 'What the bot did', no_turns: 'The bot has not answered here.',
  fact_user_id: 'Customer number', fact_device: 'Device', fact_browser: 'Browser', fact_timezone: 'Time zone', fact_city: 'City', fact_referrer: 'Came from', fact_first_seen: 'First seen', fact_verified: 'Verified',
  teach: 'Turn my answer into knowledge', teach_hint: 'Makes a draft for the knowledge base, linked to this conversation.', question: 'Question', answer: 'Answer', teach_do: 'Save draft', ticket: 'Create ticket', ticket_hint: 'What is left to be done, linked to this conversation.', subject: 'Subject', ticket_do: 'Create', done_ticket: 'Ticket created.',
  // dialogs
  palette: 'Commands and conversations', sheet: 'Keyboard shortcuts', close_sheet: 'Close', cancel: 'Cancel', done: 'Done', chosen: ' (chosen)',
  transfer_to: 'Transfer to', transfer_note: 'A note for them (optional)', team: 'Team', the_bot: 'The bot', snooze_until: 'Snooze until', tags_title: 'Add or remove tags', new_tag: 'New tag “{name}”', priority_title: 'Priority', canned_title: 'Canned replies',
  in_an_hour: 'In an hour', in_three_hours: 'In three hours', this_evening: 'This evening', tomorrow: 'Tomorrow morning', next_monday: 'Next Monday', in_a_week: 'In a week',
  keys_move: 'Find', keys_answer: 'Answer', keys_mark: 'Mark', keys_desk: 'Desk', next: 'Next conversation', previous: 'Previous conversation',
  // offers, presence, line
  offer: '{name} asks for a person', accept: 'Accept', decline: 'Decline', offers: 'Offers', taken: '{name} took it.', given: '{name} is with you now.', mentioned: '{name} mentioned you', open_it: 'Open', colon: ': ', passed_on: 'The offer went on to a colleague.',
  presence: 'Your presence', online: 'Online', away: 'Away', offline_me: 'Offline', colleagues: ['{n} colleague online', '{n} colleagues online'], alone: 'No colleague online',
  alerts: 'Sound and notices', alerts_on: 'Sound and notices are on', alerts_off: 'Sound and notices are off', alerts_told: 'Sound and notices are on.', alerts_sound: 'Sound is on. This browser does not allow notices.', alerts_quiet: 'Sound and notices are off.',
  auto_away: 'You are away: ten minutes without a key or a click.', admin: 'Admin', line_lost: 'No connection. What you write is kept and sent when the line is back.', signed_out: 'You are signed out, or this account may not use the console.', sign_in: 'Sign in',
  not_sent: 'That did not go out: there is no connection right now.',
  done_resolve: '{name} is resolved.', done_snooze: 'Snoozed until {at}.', done_transfer: 'Passed to {name}.', done_wrong: 'Marked. It stands in the list of answers to mend.', done_teach: 'Draft saved.', done_block: '{name} is blocked.', done_unblock: '{name} is no longer blocked.',
  nothing_to_teach: 'Answer first; then this makes it a draft.', undo: 'Undo', new_message: '{name} wrote', no_wrong: 'The bot has not answered here.', unreachable: 'The list could not be loaded. Try again in a moment.', fresh: ['{n} new message', '{n} new messages'],
}
