export * from '@codemirror/search'
