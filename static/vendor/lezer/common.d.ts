export * from '@lezer/common'
