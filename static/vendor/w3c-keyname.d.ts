export * from 'w3c-keyname'
