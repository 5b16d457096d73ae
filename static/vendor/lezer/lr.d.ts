export * from '@lezer/lr'
