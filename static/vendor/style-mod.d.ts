export * from 'style-mod'
