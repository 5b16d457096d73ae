export * from '@lezer/yaml'
