export * from '@codemirror/streamparser'
