// English, what is wanted after the first open (widget/later.js).

/** @type {Record<string, string>} */
export default {
  offline_open: 'Leave your e-mail and we will write to you.',
  email: 'E-mail',
  name: 'Name (optional)',
  leave: 'Leave e-mail',
  bad_email: 'This address looks incomplete. Please check it.',
  csat: 'How was this conversation?',
  score1: 'Very poor',
  score2: 'Poor',
  score3: 'Fair',
  score4: 'Good',
  score5: 'Very good',
  comment: 'What should we know? (optional)',
  thanks: 'Thank you for telling us.',
  begin: 'Start a new conversation',
  download: 'Download conversation',
  in_brackets: ' ({text})',
  colon: ': ',
  sound_on: 'Turn sound on',
  sound_off: 'Turn sound off',
}
