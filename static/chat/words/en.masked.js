// English, about what filters masked.

/** @type {Record<string, string>} */
export default {
  masked: 'Masked by {names}',
  opened: 'As it was written, before {names} masked it',
  only: '“{rule}”',
  of: '“{rule}” ({what})',
  and: ', ',
  show: 'Show the original',
  hide: 'Hide it again',
  logged: 'That you look is logged.',
  anyway: 'Send anyway',
  change: 'Change it',
  confided: 'the flow, which asked for something sensitive',
  mail: 'e-mail address',
  iban: 'bank account',
  identity_card: 'identity card',
  passport: 'passport',
  card: 'bank card',
  social_security: 'social security number',
  mobile: 'mobile number',
  landline: 'landline',
  net_address: 'IP address',
  plate: 'number plate',
  national_insurance: 'national insurance number',
  phone: 'phone number',
}
