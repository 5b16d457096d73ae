export * from 'crelt'
